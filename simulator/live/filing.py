"""News that nobody pushes, as files of the canonical feeds in the inbox: parcels, people, messages, other couriers.

A file has what was learnt between two instants, and appears whole: it is renamed once it is written.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from simulator.knowing import known_at
from simulator.live.world import World

ENDING = ".live.ndjson"
"""How the names of these files end: by it a demo tells its own files from a person's."""


def file_news(
    world: World, inbox: Path, since: datetime, now: datetime, silent: pl.DataFrame | None = None
) -> list[Path]:
    """Write what is learnt after `since` until `now`, a file for each feed that has something; returns them.

    `silent`: courier and awb of parcels of which there is no news, as what it tells of does not happen any more.
    """
    inbox.mkdir(parents=True, exist_ok=True)
    return [
        _write(inbox / f"{name}-{now:%Y%m%dT%H%M%SZ}{ENDING}", rows)
        for name, frame in world.files.items()
        if (rows := _without(name, _learnt(name, frame, since, now), silent)).height
    ]


def _without(name: str, rows: pl.DataFrame, silent: pl.DataFrame | None) -> pl.DataFrame:
    if silent is None or name == "shipments":
        return rows
    return rows.join(silent, on=["courier", "awb"], how="anti", maintain_order="left")


def _learnt(name: str, frame: pl.DataFrame, since: datetime, now: datetime) -> pl.DataFrame:
    before, after = known_at(name, frame, since), known_at(name, frame, now)
    return after.join(before, on=frame.columns, how="anti", nulls_equal=True, maintain_order="left")


def _write(path: Path, rows: pl.DataFrame) -> Path:
    # Hidden until it is whole: the inbox leaves such names alone.
    unfinished = path.with_name(f".{path.name}.tmp")
    rows.write_ndjson(unfinished)
    unfinished.replace(path)
    return path
