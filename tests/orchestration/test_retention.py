"""Old receipts leave by command and by schedule, and the warehouse finds them wherever they lie."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg
import pytest
from typer.testing import CliRunner

from ledger.archive import files
from ledger.database import Ledger, open_ledger
from ledger.receipts import after, keep
from orchestration.cli import app
from orchestration.defs.retention import every_night, retention_job
from orchestration.load import take_news
from orchestration.lock import silent
from orchestration.rebuild import reload_archive
from orchestration.retain import retain
from settings import Settings
from tests.ingestion.conftest import NOW
from tests.ingestion.test_receipts import push, receipt
from tests.orchestration.test_receipts import scans

DAY = 24 * 60


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    """Of two parcels' receipts that are old, one that is young and a document that is old."""
    opened = open_ledger(settings)
    keep(opened, [receipt(push(1), minutes=DAY), receipt(push(2)), receipt(push(3), minutes=-DAY)])
    keep(opened, [receipt(b"%PDF", kind="document", minutes=DAY)])
    yield opened
    opened.close()


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The clock stands 31 days after NOW."""
    at = NOW + timedelta(days=31)
    monkeypatch.setenv("NDR_CLOCK_START", at.isoformat())
    monkeypatch.setenv("NDR_CLOCK_SPEED", "1e-9")
    return settings.model_copy(update={"clock_start": at, "clock_speed": 1e-9})


def bodies(ledger: Ledger) -> list[bytes]:
    return [row.body for row in after(ledger, 0, 100)]


def ndr(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stderr.strip()


def test_the_command_says_what_left_and_what_stays(settings: Settings, ledger: Ledger) -> None:
    assert ndr("retain", "--dry-run") == (
        "1 receipts would leave the ledger; 2 old ones stay until a build loads them"
    )
    take_news(settings, settings)
    assert ndr("retain", "--dry-run") == "3 receipts would leave the ledger"
    assert len(bodies(ledger)) == 4
    assert ndr("retain") == "3 receipts of 2026-03-09 to 2026-03-10 left the ledger for 3 files"
    assert bodies(ledger) == [push(3)]
    assert ndr("retain") == "no receipt left the ledger"


def test_without_a_ledger_none_is_made(settings: Settings) -> None:
    assert retain(settings).line() == "no receipt left the ledger"
    assert not settings.data_dir.exists()


def test_without_a_warehouse_nothing_leaves_that_it_would_load(settings: Settings, ledger: Ledger) -> None:
    assert retain(settings).line().endswith("2 old ones stay until a build loads them")
    assert bodies(ledger) == [push(1), push(2), push(3)]
    assert not settings.warehouse_path.exists()


def test_a_load_goes_on_at_its_position(settings: Settings, ledger: Ledger) -> None:
    take_news(settings, settings)
    retain(settings)
    assert take_news(settings, settings) == []
    keep(ledger, [receipt(push(4))])
    take_news(settings, settings)
    assert scans(settings) == [("AW1",), ("AW2",), ("AW3",), ("AW4",)]


@pytest.mark.parametrize("is_rebuild", [True, False])
def test_a_warehouse_that_was_deleted_gets_all_again(
    settings: Settings, ledger: Ledger, is_rebuild: bool
) -> None:
    """By `ndr rebuild`, and by any load: what left is read from the archive."""
    take_news(settings, settings)
    retain(settings)
    settings.warehouse_path.unlink()
    if is_rebuild:
        reload_archive(settings, silent)
    else:
        take_news(settings, settings)
    assert scans(settings) == [("AW1",), ("AW2",), ("AW3",)]
    assert take_news(settings, settings) == []


def test_dagster_does_it_every_night(settings: Settings, ledger: Ledger) -> None:
    take_news(settings, settings)
    job = retention_job(settings)
    with dg.instance_for_test() as instance:
        result = job.execute_in_process(instance=instance)
    assert result.success
    assert bodies(ledger) == [push(3)]
    assert len(list(files(settings.receipts_dir))) == 3
    assert (every_night.job_name, every_night.default_status) == (job.name, dg.DefaultScheduleStatus.RUNNING)
