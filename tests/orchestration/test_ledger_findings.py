"""What `ndr doctor` says of the ledger: each fault is named and can be mended."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from ledger.archive import files
from ledger.database import Ledger, open_ledger
from ledger.receipts import keep
from orchestration.findings import Finding
from orchestration.ledger_findings import ledger as look
from orchestration.ledger_findings import webhooks
from orchestration.load import take_news
from orchestration.retain import retain
from settings import Settings
from tests import postgres
from tests.ingestion.conftest import NOW
from tests.ingestion.test_receipts import push, receipt
from tests.receiver.signing import SECRET


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    settings.data_dir.mkdir()
    url = None
    if request.param == "postgresql":
        url = postgres.database(request.getfixturevalue("postgres_folder"))
    return settings.model_copy(
        update={"clock_start": NOW, "clock_speed": 1e-9, "ledger_url": Settings(ledger_url=url).ledger_url}
    )


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    opened = open_ledger(settings)
    yield opened
    opened.close()


def told(settings: Settings, level: str = "") -> list[str]:
    """What is said, of one level or in all, without sizes."""
    found: list[Finding] = list(look(settings))
    return [f"{one.subject}: {one.text.split(', ')[0]}" for one in found if level in one.level]


def test_a_ledger_that_is_well(settings: Settings, ledger: Ledger) -> None:
    keep(ledger, [receipt(push(1), minutes=10)])
    assert (
        told(settings)
        == told(settings, "well")
        == ["ledger: can be written", "receipts: 1 wait to be loaded"]
    )
    take_news(settings, settings)
    assert told(settings, "well")[1] == "receipts: all are loaded"


def test_no_ledger_is_made_and_none_is_upgraded(settings: Settings) -> None:
    if settings.ledger_url is None:
        assert told(settings) == []
        assert not (settings.data_dir / "ledger.db").exists()
    else:
        assert told(settings) == ["ledger: it has another version's tables"]


def test_another_versions_tables_are_told_and_left(settings: Settings, ledger: Ledger) -> None:
    with ledger.write() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '0001'"))
    assert told(settings, "warning") == ["ledger: it has another version's tables"]
    with ledger.read() as connection:
        assert connection.scalar(sa.text("select version_num from alembic_version")) == "0001"


def test_a_ledger_that_cannot_be_reached(settings: Settings) -> None:
    gone = Settings(
        data_dir=settings.data_dir, ledger_url=f"postgresql://postgres@/none?host={settings.data_dir}"
    )
    (found,) = look(gone)
    assert (found.level, "503" in found.text) == ("wrong", True)


def test_too_little_disk(settings: Settings, ledger: Ledger) -> None:
    (line,) = told(settings.model_copy(update={"least_free_mb": 10**9}), "wrong")
    assert "MB of disk are free" in line


def test_receipts_that_wait_too_long(settings: Settings, ledger: Ledger) -> None:
    keep(ledger, [receipt(push(1), minutes=settings.freshness_minutes + 1)])
    assert told(settings, "warning") == ["receipts: 1 wait to be loaded"]


def test_a_retention_that_does_not_run_and_an_archive_with_a_gap(settings: Settings, ledger: Ledger) -> None:
    keep(ledger, [receipt(push(1), minutes=35 * 24 * 60)])
    take_news(settings, settings)
    assert told(settings, "warning") == ["archive: the ledger holds receipts of 03 Feb 2026"]
    retain(settings)
    assert told(settings)[-1] == "archive: 1 files of old receipts are there"
    (file,) = files(settings.receipts_dir)
    (settings.receipts_dir / file.name).unlink()
    (line,) = told(settings, "wrong")
    assert file.name in line


def test_a_ledger_that_others_may_read(settings: Settings, ledger: Ledger) -> None:
    if settings.ledger_url is None:
        (settings.data_dir / "ledger.db").chmod(0o644)
    expected = (
        [] if settings.ledger_url else ["permissions: ledger.db holds personal data and others may read it"]
    )
    assert told(settings, "wrong") == expected


def test_secrets(settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(webhooks(settings)) == []
    monkeypatch.setenv("NDR_DELHIVERY_WEBHOOK_SECRET", SECRET)
    keep(ledger, [receipt(b"{}"), receipt(b"{}", "ekart", minutes=1)])
    well, wrong = webhooks(settings)
    assert (well.level, well.text) == ("well", "taken from delhivery")
    assert (wrong.level, wrong.mend) == ("wrong", "set NDR_EKART_WEBHOOK_SECRET")
    monkeypatch.setenv("NDR_DELHIVERY_WEBHOOK_SOURCES", "10.0.0.0/99")
    (bad,) = webhooks(settings)
    assert bad.text.startswith("NDR_DELHIVERY_WEBHOOK_SOURCES")
