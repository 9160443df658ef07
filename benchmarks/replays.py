"""What a warehouse had received by a past instant, cut out of a world's feeds, to hold a replay of that instant to.

A row of a feed is told once and its columns are final, but actions and messages: these are sent first and answered
later, so what they say of later instants is taken out of the rows that were there.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

#: The instant of each feed that a row was received at, where it has no received_at of its own.
_HAPPENED = {
    "shipments": "manifested_at",
    "customer_feedback": "responded_at",
    "ops_feedback": "acted_at",
    "courier_actions": "instructed_at",
    "messages": "sent_at",
}
#: Columns that are told with a later instant of the row, by that instant.
_TOLD_LATER = {
    "submitted_at": (),
    "responded_at": ("result", "result_reason", "courier_reference"),
    "accepted_at": (),
    "delivered_at": (),
    "read_at": (),
    "failed_at": ("failure_reason",),
}


def received_by(world: Path, instant: datetime, folder: Path) -> None:
    """Write the part of the world's feeds (Parquet files in `world`) that had come by the instant into `folder`."""
    folder.mkdir(parents=True)
    for path in sorted(world.glob("*.parquet")):
        rows = pl.read_parquet(path)
        known_at = "received_at" if "received_at" in rows.columns else _HAPPENED[path.stem]
        rows = rows.filter(pl.col(known_at) <= instant)
        if path.stem in {"courier_actions", "messages"}:
            for told_at, others in _TOLD_LATER.items():
                if told_at in rows.columns:
                    is_told = pl.col(told_at) <= instant
                    rows = rows.with_columns(
                        pl.when(is_told).then(pl.col(name)).alias(name) for name in (*others, told_at)
                    )
        if rows.height:
            rows.write_parquet(folder / path.name)
