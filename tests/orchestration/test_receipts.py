"""Receipts in the commands: taken where there is a ledger, and read again by a rebuild."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from ingestion.files import load_file
from ingestion.results import LoadResult
from ledger.database import Ledger, open_ledger
from ledger.entries import Entry, enter
from ledger.receipts import keep
from orchestration.build import run_build
from orchestration.errors import PublishError
from orchestration.load import take_news
from orchestration.lock import silent
from orchestration.rebuild import reload_archive
from settings import Settings
from tests.ingestion.conftest import NOW
from tests.ingestion.test_receipts import push, receipt
from tests.orchestration.warehouse import TOY


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    opened = open_ledger(settings)
    yield opened
    opened.close()


def scans(settings: Settings) -> list[tuple[str]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        return connection.execute(
            "select awb from raw.scans join raw.shipment_keys using (shipment_key) order by awb"
        ).fetchall()


def test_without_a_ledger_none_is_made(settings: Settings) -> None:
    assert take_news(settings, settings) == []
    assert not settings.data_dir.exists()


def test_what_was_loaded_is_said(settings: Settings, ledger: Ledger) -> None:
    keep(ledger, [receipt(push(1))])
    told: list[str] = []
    take_news(settings, settings, told.append)
    assert told == ["receipts_delhivery: 1 rows read, 1 loaded, 0 duplicates, 0 quarantined"]


def test_a_build_begins_with_the_receipts(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(ledger, [receipt(push(1))])

    class PlanningBegins(Exception):
        pass

    def prepare(*_: object) -> None:
        raise PlanningBegins

    monkeypatch.setattr("orchestration.build.prepare", prepare)
    with pytest.raises(PlanningBegins):
        run_build(settings)
    assert scans(settings) == [("AW1",)]


@pytest.mark.parametrize("has_files", [True, False])
def test_a_rebuild_has_files_and_receipts(settings: Settings, ledger: Ledger, has_files: bool) -> None:
    """Also where nothing ever came as a file."""
    keep(ledger, [receipt(push(1))])
    take_news(settings, settings)
    if has_files:
        path = settings.data_dir.parent / "scans_delhivery_file.ndjson"
        path.write_bytes(push(2))
        load_file(path, settings)
    before = scans(settings)
    keep(ledger, [receipt(push(3))])  # not loaded when the warehouse went
    settings.warehouse_path.unlink()
    reload_archive(settings, silent)
    assert scans(settings) == sorted([*before, ("AW3",)])
    assert take_news(settings, settings) == []


def test_a_rebuild_whose_checkpoint_failed_brings_what_lies_in_the_log(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB closes a file in silence when the disk has no room for its checkpoint; all rows are in the log then."""

    def leaving_a_log(new: Settings, old: Settings) -> list[LoadResult]:
        results = take_news(new, old)
        with duckdb.connect(str(new.warehouse_path)) as connection:
            connection.execute("set checkpoint_threshold = '1TB'; pragma disable_checkpoint_on_shutdown")
            connection.execute("create table raw.last as select 1 as is_here")
        assert new.warehouse_path.with_name("warehouse.duckdb.wal").stat().st_size
        return results

    monkeypatch.setattr("orchestration.rebuild.take_news", leaving_a_log)
    keep(ledger, [receipt(push(1))])
    reload_archive(settings, silent)
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        assert connection.execute("select is_here from raw.last").fetchall() == [(1,)]


def test_a_rebuild_that_cannot_be_written_whole_leaves_the_warehouse(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(ledger, [receipt(push(1))])
    take_news(settings, settings)
    before = settings.warehouse_path.read_bytes()

    def full(path: Path) -> None:
        raise PublishError(f"{path.name} still has a write-ahead log after its checkpoint")

    monkeypatch.setattr("orchestration.rebuild.checkpoint", full)
    with pytest.raises(PublishError):
        reload_archive(settings, silent)
    assert settings.warehouse_path.read_bytes() == before


def test_a_build_sees_what_it_loaded_though_another_machines_clock_is_ahead(
    settings: Settings, ledger: Ledger
) -> None:
    """Else it would call published what it does not show. Within NDR_FUTURE_MINUTES: a clock that is wrong by more must
    not make every promise overdue."""
    clock = NOW - timedelta(minutes=5)
    slow = settings.model_copy(update={"clock_start": clock, "clock_origin": clock, "clock_speed": 1e-9})
    keep(ledger, [receipt(push(1))])
    asked = run_build(slow, project_dir=TOY, as_of=clock - timedelta(days=1))
    assert asked.plan.as_of == clock - timedelta(days=1)
    assert run_build(slow, project_dir=TOY).plan.as_of == NOW
    keep(ledger, [receipt(push(2), minutes=3)])
    later = run_build(slow, project_dir=TOY)
    assert (later.plan.as_of, later.plan.is_full) == (NOW, False)
    entry = Entry("delhivery", "AW1", "customer", None, "reattempt", {}, NOW, NOW + timedelta(minutes=2))
    enter(ledger, entry)
    assert run_build(slow, project_dir=TOY).plan.as_of == entry.received_at
    keep(ledger, [receipt(push(3), minutes=-60)])
    assert run_build(slow, project_dir=TOY).plan.as_of - clock < timedelta(seconds=1)
