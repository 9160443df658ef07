"""One world of 20,000 parcels, made once for all tests that read it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from simulator.history import generate

UNTIL = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)
FEEDS = [
    "shipments",
    "scans",
    "scans_mis",
    "customer_feedback",
    "ops_feedback",
    "courier_actions",
    "messages",
]
TRUTH = ["fct_ndr_cases", "fct_delivery_attempts", "fct_instructions"]


@dataclass
class World:
    """A generated history: its folder, what was asked for, and the seconds it took."""

    folder: Path
    shipments: int
    seconds: float

    def feed(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.folder / f"{name}.parquet")

    def truth(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "truth" / f"{name}.parquet")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    started = time.monotonic()
    generate(20_000, 60, 7, folder, UNTIL)
    return World(folder, 20_000, time.monotonic() - started)
