"""The command: exit codes, one clear line for what went wrong, answers alone on standard output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import orchestration.build as pipeline
from couriers import registry
from ingestion.raw import connect
from orchestration.cli import app
from settings import PROJECT_DIR, Settings, get_settings
from tests.orchestration.warehouse import TOY, contents, plant_duplicate

SCANS = "courier,awb,scanned_at,native_code\ngeneric,A1,2026-03-02T10:00:00+05:30,in_transit\n"
runner = CliRunner()


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """`ndr build` builds the toy project."""
    defaults = {**(pipeline.run_build.__kwdefaults__ or {}), "project_dir": TOY}
    monkeypatch.setattr(pipeline.run_build, "__kwdefaults__", defaults)


def ndr(*arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    result = runner.invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    path = tmp_path / "scans_today.csv"
    path.write_text(SCANS)
    return path


def test_load_build_query(settings: Settings, scans: Path) -> None:
    code, out, _ = ndr("load", str(scans))
    assert (code, out) == (0, "scans_today.csv: 1 rows read, 1 loaded, 0 duplicates, 0 quarantined\n")
    code, out, err = ndr("build", "--as-of", "2026-03-03T00:00:00+05:30")
    assert (code, out) == (0, "")
    assert "published" in err
    code, out, err = ndr("query", "select awb, scans from fct_scans", "--format", "json")
    assert (code, json.loads(out), err) == (0, [{"awb": "A1", "scans": 1}], "")


def test_an_as_of_before_the_scan_knows_nothing_of_it(settings: Settings, scans: Path) -> None:
    ndr("load", str(scans))
    assert ndr("build", "--as-of", "2026-03-01")[0] == 0
    assert json.loads(ndr("query", "select count(*) as n from fct_scans", "--format", "json")[1]) == [
        {"n": 0}
    ]


def test_publish_to(settings: Settings, scans: Path, tmp_path: Path) -> None:
    ndr("load", str(scans))
    assert ndr("build", "--publish-to", str(tmp_path / "there"))[0] == 0
    assert contents(tmp_path / "there" / "warehouse.duckdb")["marts.fct_scans"][0] == 1
    assert not (settings.published_dir).exists()


def test_a_refused_file_exits_1_with_one_line(settings: Settings, tmp_path: Path) -> None:
    bad = tmp_path / "scans_bad.csv"
    bad.write_text("courier,awb\ngeneric,A1\n")
    code, out, err = ndr("load", str(bad))
    assert (code, out) == (1, "")
    assert err.startswith("error: scans_bad.csv: ") and err.count("\n") == 1


def test_a_missing_file_exits_1_with_one_line(settings: Settings, tmp_path: Path) -> None:
    code, _, err = ndr("load", str(tmp_path / "scans_none.csv"))
    assert (code, err.count("\n")) == (1, 1)
    assert "scans_none.csv" in err


def test_a_failing_check_exits_1_and_names_itself(settings: Settings, scans: Path) -> None:
    ndr("load", str(scans))
    plant_duplicate(settings)
    code, out, err = ndr("build")
    assert (code, out) == (1, "")
    assert err.splitlines()[1:] == [
        "check unique_fct_scans_awb failed on fct_scans: 1 rows break it",
        "error: 1 of 8 steps failed: nothing was published",
    ]


def test_query_before_anything_is_published(settings: Settings) -> None:
    code, out, err = ndr("query", "select 1")
    assert (code, out) == (1, "")
    assert err.startswith("error: nothing is published")


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "--as-of", "yesterday"],
        ["build", "--publish-to"],
        ["query"],
        ["query", "select 1", "--format", "xml"],
        ["load"],
        ["generate", "--shipments", "0", "--out", "x"],
        ["unheard"],
    ],
)
def test_usage_errors_exit_2(settings: Settings, arguments: list[str]) -> None:
    assert ndr(*arguments)[0] == 2


def test_a_bad_setting_is_one_line(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NDR_THREADS", "none")
    get_settings.cache_clear()
    code, _, err = ndr("query", "select 1")
    assert (code, err.count("\n")) == (1, 1)
    assert err.startswith("error: setting NDR_THREADS: ")


def test_courier_list_names_every_courier(settings: Settings) -> None:
    code, out, _ = ndr("courier", "list")
    assert (code, [line.split()[0] for line in out.splitlines()]) == (0, list(registry()))


def test_rebuild_loads_the_archive_again(settings: Settings, scans: Path) -> None:
    ndr("load", str(scans))
    ndr("build")
    before = contents(settings.published_dir / "warehouse.duckdb")
    settings.warehouse_path.unlink()
    code, out, _ = ndr("rebuild")
    assert (code, out) == (0, "scans_today.csv: 1 rows read, 1 loaded, 0 duplicates, 0 quarantined\n")
    assert contents(settings.published_dir / "warehouse.duckdb") == before
    assert not (settings.data_dir / ".rebuild").exists()


def test_rebuild_without_an_archive_leaves_everything(settings: Settings) -> None:
    code, _, err = ndr("rebuild")
    assert (code, err.count("\n")) == (1, 1)
    assert "nothing to rebuild from" in err


def test_the_answer_stands_alone_on_standard_output(settings: Settings, scans: Path) -> None:
    """As a process: what a pipe to another program gets."""
    ndr("load", str(scans))
    ndr("build")
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "query", "select awb from fct_scans", "-f", "json"],
        cwd=PROJECT_DIR,
        env={**os.environ, "PYTHONPATH": str(PROJECT_DIR)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (json.loads(done.stdout), done.stderr) == ([{"awb": "A1"}], "")


def test_doctor_says_what_is_wrong_and_how_to_mend_it(settings: Settings, scans: Path) -> None:
    code, out, _ = ndr("doctor")
    assert code == 1
    assert f"wrong    data folder: {settings.data_dir} does not exist -> ndr load FILES" in out
    ndr("load", str(scans))
    code, out, _ = ndr("doctor")
    assert code == 1
    assert "wrong    published: nothing is published -> ndr load FILES, then ndr build" in out
    ndr("build")
    code, out, _ = ndr("doctor")
    assert (code, [line for line in out.splitlines() if line.startswith("wrong")]) == (0, [])


def test_doctor_sees_a_failed_check_an_open_file_and_a_refused_one(settings: Settings, scans: Path) -> None:
    ndr("load", str(scans))
    ndr("build")
    (settings.published_dir / "operations.duckdb").chmod(0o644)
    (settings.inbox_dir / "refused").mkdir(parents=True)
    (settings.inbox_dir / "refused" / "x.csv.reason.txt").write_text("why")
    plant_duplicate(settings)
    ndr("build")
    code, out, _ = ndr("doctor")
    assert code == 1
    assert "wrong    check: unique_fct_scans_awb: 1 rows" in out
    assert (
        "wrong    permissions: operations.duckdb holds personal data and others may read it -> chmod 600"
        in out
    )
    assert "warning  inbox: 1 refused files" in out
    assert "warning  build: the last build did not finish or did not pass -> ndr build repairs it" in out


def test_a_real_folder_is_never_made_a_demo(settings: Settings, scans: Path) -> None:
    ndr("load", str(scans))
    code, _, err = ndr("demo", "--no-serve", "--shipments", "50", "--days", "3")
    assert (code, err.count("\n")) == (1, 1)
    assert "holds loaded data that is not a stand-in world's" in err
    with connect(settings) as connection:
        assert connection.execute("select count(*) from raw.scans").fetchone() == (1,)


def test_a_demo_is_made_again_unless_files_were_added(settings: Settings, scans: Path) -> None:
    demo = ("demo", "--no-serve", "--shipments", "50", "--days", "3")
    assert ndr(*demo)[0] == 0
    assert ndr(*demo)[0] == 0
    with connect(settings) as connection:
        shipments = connection.execute("select count(*) from raw.shipments").fetchone()
    assert shipments == (50,)
    ndr("load", str(scans))
    code, _, err = ndr(*demo)
    assert code == 1
    assert "1 files were loaded into" in err
