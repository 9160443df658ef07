"""A courier that nobody wrote code for, from its POST to what is published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from starlette.testclient import TestClient

from ingestion.files import load_file
from ledger.database import Ledger, open_ledger
from ledger.receipts import Receipt, keep
from orchestration.build import COURIERS, DBT_PROJECT, run_build
from orchestration.doctor import examine
from orchestration.load import take_news
from orchestration.lock import silent
from orchestration.rebuild import reload_archive
from orchestration.state import project_fingerprint
from receiver.app import create_app
from receiver.gates import gates
from settings import PROJECT_DIR, Settings
from tests.orchestration.test_cli import ndr
from tests.receiver.signing import OTHER_SECRET, SECRET

GUIDE = (PROJECT_DIR / "docs" / "mappings.md").read_text(encoding="utf-8")
DTDC, BODY = (re.findall(rf"```{kind}\n(.*?)```", GUIDE, flags=re.S)[0] for kind in ("toml", "json"))
AS_OF = datetime(2026, 3, 6, 12, tzinfo=UTC)


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The folder with the guide's example in it."""
    monkeypatch.setenv("NDR_DTDC_WEBHOOK_SECRET", SECRET)
    settings.mappings_folder.mkdir(parents=True)
    (settings.mappings_folder / "dtdc.toml").write_text(DTDC)
    # Before AS_OF: even the slowest clock has moved on by microseconds when the test's turn comes.
    return settings.model_copy(update={"clock_start": AS_OF - timedelta(minutes=1), "clock_speed": 1e-9})


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    opened = open_ledger(settings)
    yield opened
    opened.close()


def published(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.published_dir / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(sql).fetchall()


CASES = "select courier, awb, first_ndr_at, reason_bucket, tracking_status from marts.fct_ndr_cases"


def test_a_push_of_a_described_courier_is_published_with_its_meaning(
    settings: Settings, ledger: Ledger
) -> None:
    with TestClient(create_app(settings, ledger, gates(settings))) as receiver:

        def post(secret: str) -> int:
            return receiver.post(
                "/webhooks/dtdc", content=BODY, headers={"Authorization": secret}
            ).status_code

        assert (post(OTHER_SECRET), post(SECRET)) == (401, 200)
    assert run_build(settings, as_of=AS_OF).published
    failed_at = datetime(2026, 3, 5, 10, 12, tzinfo=UTC)
    assert published(settings, CASES) == [
        ("dtdc", "D1000000001", failed_at, "premises_closed", "failed_delivery")
    ]
    assert published(settings, "select name from marts.dim_couriers where slug = 'dtdc'") == [("DTDC",)]

    # A changed line of codes holds for what came before it.
    mapping = settings.mappings_folder / "dtdc.toml"
    mapping.write_text(DTDC.replace('NONDLV = "failed_delivery"', 'NONDLV = "held"'))
    result = run_build(settings, as_of=AS_OF)
    assert result.published and result.plan.full_reason == "the models or code tables changed"
    assert published(settings, CASES) == []


def test_what_came_before_the_mapping_is_read_by_a_rebuild(
    settings: Settings, ledger: Ledger, tmp_path: Path
) -> None:
    """A rebuild works in a folder of its own, with the mappings of this one."""
    keep(ledger, [Receipt("dtdc", "push", BODY.encode(), AS_OF, {})])
    mapping = settings.mappings_folder / "dtdc.toml"
    mapping.rename(tmp_path / "dtdc.toml")
    (before,) = take_news(settings, settings)
    assert before.line() == "receipts_dtdc: 1 rows read, 0 loaded, 0 duplicates, 1 quarantined"
    (tmp_path / "dtdc.toml").rename(mapping)
    path = tmp_path / "scans_dtdc_march.ndjson"
    path.write_text(" ".join(BODY.replace("D1000000001", "D2").split()) + "\n")
    assert load_file(path, settings).line().startswith("scans_dtdc_march.ndjson: 2 rows read, 2 loaded")
    results = reload_archive(settings, silent)
    assert [(result.file_name, result.rows_loaded) for result in results] == [
        ("scans_dtdc_march.ndjson", 2), ("receipts_dtdc", 2),
    ]  # fmt: skip


def test_a_mistake_is_one_line_of_every_command(settings: Settings) -> None:
    (settings.mappings_folder / "dtdc.toml").write_text(DTDC.replace('"token"', '"password"'))
    line = "dtdc.toml: webhook.scheme: expected one of token, body_hmac, standard, found 'password'"
    for command in (["courier", "list"], ["build"], ["receive"], ["load", str(settings.data_dir)]):
        code, _, err = ndr(*command)
        assert (code, err.strip()) == (1, f"error: {line}")
    assert ("wrong", line) in [(finding.level, finding.text) for finding in examine(settings)]


def test_a_described_courier_is_listed(settings: Settings) -> None:
    code, out, _ = ndr("courier", "list")
    assert code == 0
    assert [line for line in out.splitlines() if line.startswith("dtdc")] == [
        f"{'dtdc':18} {'DTDC':24} canonical feeds, push payloads"
    ]


def test_a_mapping_belongs_to_what_gives_rows_their_meaning(settings: Settings, tmp_path: Path) -> None:
    before = project_fingerprint(DBT_PROJECT, COURIERS, settings.mappings_folder)
    assert before != project_fingerprint(DBT_PROJECT, COURIERS, tmp_path / "none")
    assert project_fingerprint(DBT_PROJECT, COURIERS) == project_fingerprint(
        DBT_PROJECT, COURIERS, tmp_path / "none"
    )


def test_what_a_courier_can_be_asked_belongs_to_what_gives_rows_their_meaning(tmp_path: Path) -> None:
    before = project_fingerprint(DBT_PROJECT, tmp_path)
    folder = tmp_path / "somebody"
    folder.mkdir()
    (folder / "capabilities.csv").write_text("action\nreattempt\n")
    first = project_fingerprint(DBT_PROJECT, tmp_path)
    (folder / "capabilities.csv").write_text("action\nrto\n")
    assert len({before, first, project_fingerprint(DBT_PROJECT, tmp_path)}) == 3
