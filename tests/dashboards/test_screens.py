"""Every page runs on data, on a published file without rows, and without any; its links and words are checked
in the browser test."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import frame, store
from tests.dashboards.router import MENU
from tests.dashboards.stand_in import make_published

APP = Path(__file__).parents[2] / "dashboards" / "app.py"
PAGES = ("home", *MENU)


def opened(page: str, **query: str) -> AppTest:
    """The page as a first visitor of a fresh server gets it."""
    app = AppTest.from_file(str(APP), default_timeout=30)
    for name, text in query.items():
        app.query_params[name] = text
    app.run()
    if page != "home":
        app.switch_page(str(APP.parent / "screens" / f"{page}.py")).run()
    assert not app.exception, app.exception
    return app


def text_of(app: AppTest) -> str:
    """All HTML that the page put into its blocks."""
    found = []
    for element in app.main:
        proto = getattr(element, "proto", None)
        body = getattr(proto, "json", "") or ""
        if body:
            found.append(json.loads(body).get("html", ""))
    return "\n".join(found)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_on_data(data_dir: Path, page: str) -> None:
    make_published(data_dir / "published", datetime.now(UTC))
    assert 'class="answer"' in text_of(opened(page))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_on_a_published_file_without_cases(data_dir: Path, page: str) -> None:
    make_published(data_dir / "published", datetime.now(UTC), cases=0)
    assert 'class="answer"' in text_of(opened(page))


@pytest.mark.parametrize("page", PAGES)
def test_without_a_published_file_a_page_says_the_command_that_makes_one(data_dir: Path, page: str) -> None:
    told = text_of(opened(page))
    assert "Nothing is published yet" in told and "ndr demo" in told and "ndr build" in told


def test_a_case_opens_by_its_address_also_on_a_fresh_server(data_dir: Path) -> None:
    make_published(data_dir / "published", datetime.now(UTC))
    case_id = _one("select min(case_id) from marts.fct_ndr_cases where stage = 'new' and has_ops_feedback")
    told = text_of(opened("case", case=case_id))
    for lane in ("courier", "operations"):
        assert f"lane-{lane}" in told
    assert "98765" in told and "Asha Rao" in told


def test_an_unknown_case_says_so_and_leads_back(data_dir: Path) -> None:
    make_published(data_dir / "published", datetime.now(UTC))
    told = text_of(opened("case", case="nobody:1:0"))
    assert "no case of this name" in told and "queue?stage=new" in told


@pytest.mark.parametrize(
    "page", ["recovery", "sla_breaches", "response", "couriers", "pincodes", "benchmarks", "data_health"]
)
def test_pages_for_leads_never_show_who_the_customer_is(data_dir: Path, page: str) -> None:
    make_published(data_dir / "published", datetime.now(UTC))
    told = text_of(opened(page))
    assert "Asha" not in told and "98765" not in told


def test_a_new_build_is_read_as_soon_as_it_is_published(data_dir: Path) -> None:
    """The file is swapped by rename while the old one is open; DuckDB itself would go on with the old one."""
    published = data_dir / "published"
    make_published(published, datetime.now(UTC), cases=50)
    assert _one("select count(*) from marts.fct_ndr_cases") == 50
    make_published(data_dir / "next", datetime.now(UTC), cases=70)
    (data_dir / "next" / "warehouse.duckdb").replace(published / "warehouse.duckdb")
    assert _one("select count(*) from marts.fct_ndr_cases") == 70


def test_a_file_of_another_version_says_what_to_run(data_dir: Path) -> None:
    published = data_dir / "published"
    make_published(published, datetime.now(UTC), cases=50)
    with duckdb.connect(str(published / "warehouse.duckdb")) as connection:
        connection.execute("drop table marts.rpt_recovery_weekly")
    assert "ndr build --full-refresh" in text_of(opened("recovery"))


def _one(sql: str) -> Any:
    return store.fetch(sql).item()


def test_old_data_say_so_in_red_and_name_the_command(data_dir: Path) -> None:
    make_published(data_dir / "published", datetime.now(UTC) - timedelta(minutes=61))
    label = next(each.value for each in opened("recovery").markdown if "Data of" in each.value)
    assert "red" in label and "stale, run ndr build" in label


def test_fresh_data_are_not_called_stale(data_dir: Path) -> None:
    make_published(data_dir / "published", datetime.now(UTC) - timedelta(minutes=5))
    label = next(each.value for each in opened("recovery").markdown if "Data of" in each.value)
    assert "5 min ago" in label and "stale" not in label


def test_data_health_shows_a_failing_check_and_a_refused_file(data_dir: Path) -> None:
    make_published(data_dir / "published", datetime.now(UTC))
    now = datetime.now(UTC).isoformat()
    check = {"name": "key_fct_ndr_cases", "model": "fct_ndr_cases", "failures": 3, "message": ""}
    rows = [{**check, "status": "fail"}, {**check, "status": "pass"}]
    door = data_dir / "quality" / "door"
    door.mkdir(parents=True)
    (data_dir / "quality" / "checks.json").write_text(
        json.dumps({"build_id": "b2", "as_of": now, "checked_at": now, "checks": rows})
    )
    counts = dict.fromkeys(("rows_read", "rows_loaded", "rows_duplicate", "rows_quarantined"), 0)
    refused = {
        "file_name": "scans_x.csv",
        "feed": "scans",
        "status": "refused",
        "message": "not a CSV",
        "loaded_at": now,
    }
    (door / "scans_x.csv.json").write_text(json.dumps({**refused, **counts}))
    told = text_of(opened("data_health"))
    assert "1 of 2 checks failing" in told and "Key fct ndr cases" in told
    assert "scans_x.csv" in told and "not a CSV" in told and "1 file, 1 refused" in told


def test_a_build_of_the_past_is_shown_as_of_its_instant(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its clock is the instant asked about, so nothing is stale and no deadline has passed since."""
    make_published(data_dir / "published", datetime.now(UTC))
    then = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    make_published(tmp_path / "replay", then)
    monkeypatch.setenv("NDR_READ_DIR", str(tmp_path / "replay"))
    app = opened("queue")
    label = next(each.value for each in app.markdown if "known" in each.value)
    assert "What was known 02 Mar 2026 at 14:00" in label
    assert not [each.value for each in app.markdown if "stale" in each.value]
    assert _one("select as_of from marts.rpt_build") == then
    assert frame.now() == then


@pytest.mark.parametrize(("build_id", "is_its_own"), [("live", False), ("build-stand-in", True)])
def test_a_build_of_the_past_does_not_take_the_checks_of_another_for_its_own(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build_id: str, is_its_own: bool
) -> None:
    make_published(tmp_path / "replay", datetime(2026, 3, 2, 8, 30, tzinfo=UTC))
    monkeypatch.setenv("NDR_READ_DIR", str(tmp_path / "replay"))
    (data_dir / "quality").mkdir()
    left = {"build_id": build_id, "checked_at": datetime.now(UTC).isoformat()}
    (data_dir / "quality" / "checks.json").write_text(json.dumps({**left, "checks": [{"status": "pass"}]}))
    told = text_of(opened("data_health"))
    assert ("all 1 checks passed" in told) is is_its_own
    assert ("its checks were not kept" in told) is not is_its_own
    assert (
        f"These checks are of build {build_id}, the last one in the data folder" in told
    ) is not is_its_own
    assert "What was known Mon 2 Mar 2026, 14:00" in told
