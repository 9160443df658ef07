"""Replays of past instants, held to what a warehouse publishes that had received no more by then.

A row of a feed is told once and its columns are final, but actions and messages: these are sent first and answered
later, so what they say of later instants is taken out of the rows that were there.
"""

from __future__ import annotations

import random
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from benchmarks.commands import done
from benchmarks.published import differing_tables, rows_of

REPLAYED_WORLD = 5_000

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


def prove_replays(folder: Path, instants: int) -> bool:
    """Ask one warehouse about past instants, and compare each answer with a warehouse that had received no more."""
    world, data = folder / "replayed_world", folder / "replayed"
    until = datetime.now(UTC)
    size = ["--shipments", str(REPLAYED_WORLD), "--days", "45", "--seed", "12"]
    done(data, "generate", *size, "--out", str(world), "--until", until.isoformat())
    done(data, "load", str(world))
    done(data, "build", "--as-of", until.isoformat())
    now = rows_of(data / "published" / "warehouse.duckdb")
    chance = random.Random(instants)
    differing = 0
    for number in range(instants):
        instant = until - timedelta(minutes=chance.uniform(0, 40 * 24 * 60))
        replay, then, feeds = (
            folder / f"replay_{number}",
            folder / f"then_{number}",
            folder / f"feeds_{number}",
        )
        done(data, "build", "--as-of", instant.isoformat(), "--publish-to", str(replay))
        received_by(world, instant, feeds)
        done(then, "load", str(feeds))
        done(then, "build", "--as-of", instant.isoformat())
        tables = differing_tables(replay / "warehouse.duckdb", then / "published" / "warehouse.duckdb")
        differing += bool(tables)
        sys.stdout.write(f"replay of {instant:%Y-%m-%d %H:%M}Z: differing tables {tables or 'none'}\n")
        for path in (replay, then, feeds):
            shutil.rmtree(path)
    is_untouched = rows_of(data / "published" / "warehouse.duckdb") == now
    sys.stdout.write(
        f"replays: {differing} of {instants} differ from what was known then; what was published is "
        f"{'as it was' if is_untouched else 'CHANGED'}\n"
    )
    return not differing and is_untouched


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
