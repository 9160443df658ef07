"""A warehouse of its own for each test, and small writers of feed files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from settings import Settings

#: The clock of the door's tests: what lies after it is in the future.
NOW = datetime(2026, 3, 10, 6, 30, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty data folder, the clock standing nearly still at NOW."""
    return Settings(data_dir=tmp_path / "data", clock_start=NOW, clock_speed=1e-9)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "given"
    folder.mkdir()
    return folder


@pytest.fixture
def query(settings: Settings) -> Callable[[str], list[tuple[Any, ...]]]:
    """Rows of a query over the warehouse, opened for reading and closed again."""

    def run(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()

    return run
