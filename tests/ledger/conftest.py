"""Every test of a ledger runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.database import Ledger, open_ledger
from settings import Settings
from tests import postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty ledger."""
    url = None
    if request.param == "postgresql":
        url = postgres.database(request.getfixturevalue("postgres_folder"))
    return Settings(data_dir=tmp_path, ledger_url=url)


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    opened = open_ledger(settings)
    yield opened
    opened.close()
