"""A warehouse belongs to the ledger from which it was loaded: another, or an older copy, is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from ledger.database import open_ledger
from ledger.entries import Entry, enter
from ledger.errors import OtherLedger
from ledger.identity import identity
from ledger.receipts import keep
from orchestration.build import run_build
from orchestration.ledger_findings import ledger as look
from orchestration.load import take_news
from orchestration.lock import silent
from orchestration.rebuild import reload_archive
from orchestration.retain import retain
from settings import Settings
from tests import postgres
from tests.ingestion.conftest import NOW as T
from tests.ingestion.test_receipts import push, receipt
from tests.orchestration.test_receipts import scans
from tests.orchestration.test_rounds import tick
from tests.orchestration.warehouse import TOY

OTHER = "the warehouse was loaded from another ledger: .*ndr rebuild"
OLDER = "this one is an older copy with 1: .*ndr rebuild"


def fill(settings: Settings, numbers: range) -> None:
    ledger = open_ledger(settings)
    keep(ledger, [receipt(push(number)) for number in numbers])
    ledger.close()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Of a warehouse that holds three receipts of a ledger in SQLite."""
    fill(settings, range(3))
    take_news(settings, settings)
    return settings


@pytest.fixture(params=["lost", "moved"])
def other(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """The same, and a ledger with one receipt that nobody loaded."""
    if request.param == "lost":
        for path in settings.data_dir.glob("ledger.db*"):
            path.unlink()
        found = settings
    else:
        url = Settings(ledger_url=postgres.database(request.getfixturevalue("postgres_folder"))).ledger_url
        found = settings.model_copy(update={"ledger_url": url})
    fill(found, range(7, 8))
    return found


@pytest.fixture
def older(settings: Settings, tmp_path: Path) -> Settings:
    """The same, where the ledger came back from a copy that was made after its first receipt."""
    for path in settings.data_dir.glob("ledger.db*"):
        path.unlink()
    settings.warehouse_path.unlink()
    fill(settings, range(1))
    copy = shutil.copy(settings.data_dir / "ledger.db", tmp_path / "copy")
    fill(settings, range(1, 3))
    take_news(settings, settings)
    shutil.copy(copy, settings.data_dir / "ledger.db")
    return settings


def refused(settings: Settings, line: str) -> None:
    """Nothing is loaded, built or moved, and doctor says why."""
    with pytest.raises(OtherLedger, match=line) as caught:
        take_news(settings, settings)
    assert "\n" not in str(caught.value)
    with pytest.raises(OtherLedger, match=line):
        run_build(settings, project_dir=TOY)
    with pytest.raises(OtherLedger, match=line):
        retain(settings)
    said = [finding for finding in look(settings) if finding.subject == "warehouse"]
    assert [(finding.level, finding.text) for finding in said] == [("wrong", str(caught.value))]
    assert scans(settings) == [("AW0",), ("AW1",), ("AW2",)]


def test_another_ledger_is_refused_until_a_rebuild(other: Settings) -> None:
    refused(other, OTHER)
    reload_archive(other, silent)
    assert scans(other) == [("AW7",)]
    assert take_news(other, other) == []
    assert [finding for finding in look(other) if finding.subject == "warehouse"] == []
    fill(other, range(8, 9))
    take_news(other, other)
    assert scans(other) == [("AW7",), ("AW8",)]


def test_another_ledger_is_refused_also_when_its_ids_are_beyond(other: Settings) -> None:
    fill(other, range(8, 20))
    refused(other, OTHER)


def test_an_older_copy_is_refused_until_a_rebuild(older: Settings) -> None:
    refused(older, OLDER)
    fill(older, range(5, 6))
    reload_archive(older, silent)
    assert scans(older) == [("AW0",), ("AW5",)]
    assert take_news(older, older) == []


def test_entries_are_held_to_their_ledger_too(settings: Settings) -> None:
    for path in (*settings.data_dir.glob("ledger.db*"), settings.warehouse_path):
        path.unlink()
    for number in range(2):
        ledger = open_ledger(settings)
        enter(ledger, Entry("delhivery", f"AW{number}", "customer", None, "reattempt", {}, T, T))
        ledger.close()
        if not number:
            shutil.copy(settings.data_dir / "ledger.db", settings.data_dir / "copy")
    take_news(settings, settings)
    shutil.copy(settings.data_dir / "copy", settings.data_dir / "ledger.db")
    with pytest.raises(OtherLedger, match="up to entry 2, and this one is an older copy with 1"):
        take_news(settings, settings)


def test_the_sensor_starts_a_run_that_says_so(settings: Settings) -> None:
    """The other ledger's ids are below what is published: it would wait for them to pass."""
    run_build(settings, project_dir=TOY)
    with dg.instance_for_test() as instance:
        assert not tick(settings, instance, None)[0]
        for path in settings.data_dir.glob("ledger.db*"):
            path.unlink()
        fill(settings, range(7, 8))
        assert tick(settings, instance, None)[0]


def test_what_left_does_not_make_a_ledger_older(settings: Settings) -> None:
    """All receipts are in the archive, and the highest id is still known."""
    assert retain(settings).receipts == 3
    assert take_news(settings, settings) == []
    run_build(settings, project_dir=TOY)
    with dg.instance_for_test() as instance:
        assert not tick(settings, instance, None)[0]
    fill(settings, range(3, 4))
    take_news(settings, settings)
    assert len(scans(settings)) == 4


def test_a_warehouse_of_an_earlier_version_takes_its_ledgers_id(settings: Settings) -> None:
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        for name in ("receipt", "entry"):
            connection.execute(f"alter table raw.{name}_position drop column ledger_id")
            connection.execute(f"alter table raw.{name}_position drop column newest_at")
    assert [finding for finding in look(settings) if finding.subject == "warehouse"] == []
    assert take_news(settings, settings) == []
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        found = connection.execute("select receipt_id, ledger_id from raw.receipt_position").fetchall()
    ledger = open_ledger(settings)
    assert found == [(3, identity(ledger).ledger_id)]
    ledger.close()
