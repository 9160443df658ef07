"""Data health: what pushes lost, and whether asking couriers keeps up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from ledger.database import open_ledger
from ledger.polls import Round, note_round
from settings import Settings
from tests.dashboards.stand_in import make_published
from tests.dashboards.test_screens import opened, text_of

FORGET = {"polls": datetime(2000, 1, 1, tzinfo=UTC), "rounds": datetime(2000, 1, 1, tzinfo=UTC)}


def note(
    data_dir: Path, slug: str, due: int, asked: int, minutes: int = 4, waits: int = 0, errors: int = 0
) -> None:
    began = datetime.now(UTC) - timedelta(minutes=minutes)
    ledger = open_ledger(Settings(data_dir=data_dir))
    note_round(ledger, Round(slug, began, began, due, asked, 12, 3, waits, errors), FORGET)
    ledger.close()


def test_what_pushes_lost_is_told_by_courier(data_dir: Path) -> None:
    """The last seven dates; a courier that does not push lost nothing."""
    make_published(data_dir / "published", datetime.now(UTC))
    told = text_of(opened("data_health"))
    assert "50 that couriers should have pushed never came and were found by asking" in told
    assert "1,240" in told and "4%" in told and "50 scans" in told
    assert "half in 2 min, 95% in 8 min" in told and "of 31 failures, today" in told
    assert "it does not push" in told


def test_the_share_that_asking_keeps_up_with(data_dir: Path) -> None:
    make_published(data_dir / "published", datetime.now(UTC))
    note(data_dir, "delhivery", due=1000, asked=804, waits=2, errors=1)
    note(data_dir, "shadowfax", due=7, asked=7, minutes=9)
    note(data_dir, "shadowfax", due=0, asked=0, minutes=4)
    note(data_dir, "ekart", due=7, asked=7, minutes=40)
    told = text_of(opened("data_health"))
    assert "asked 804 of 1,000 due" in told and "Keeps up with 80%" in told
    assert "2 waits, 1 failed call" in told
    assert "Nothing due" in told and told.count("Keeps up with") == 2
    assert told.count("no round since") == 1


def test_without_rounds_the_page_says_what_to_do(data_dir: Path) -> None:
    make_published(data_dir / "published", datetime.now(UTC))
    assert "No courier was asked yet" in text_of(opened("data_health"))
    assert not (data_dir / "ledger.db").exists()
