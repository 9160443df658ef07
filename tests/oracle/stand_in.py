"""Histories of the stand-in world: the parcels of the courier that speaks canonical words, as their feeds tell them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from simulator.history import generate
from tests.oracle.histories import History


def world_histories(shipments: int, seed: int, until: datetime, folder: Path) -> dict[str, History]:
    """AWB -> history of a generated month; without messages, on which no judgement hangs."""
    generate(shipments, 30, seed, folder, until)
    found: dict[str, History] = {}
    for path in sorted(folder.glob("*.parquet")):
        if path.stem == "messages":
            continue
        rows = pl.read_parquet(path).filter(pl.col("courier") == "generic")
        feed = "scans" if path.stem.startswith("scans") else path.stem
        for row in rows.to_dicts():
            told = {name: _plain(value) for name, value in row.items() if value is not None}
            found.setdefault(told["awb"], []).append((feed, told))
    return found


def _plain(value: object) -> object:
    """As JSON has it."""
    is_number = isinstance(value, int | float)
    return value if is_number or isinstance(value, str) else getattr(value, "isoformat", value.__str__)()
