"""What comes is published by Dagster's own daemon, without a hand: files of the inbox and receipts of the ledger."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import dagster as dg
import pytest

from ledger.database import open_ledger
from ledger.receipts import keep
from orchestration.build import run_build
from orchestration.query import run_query
from settings import PROJECT_DIR, Settings
from tests.ingestion.test_receipts import push, receipt

WAIT_SECONDS = 400
SCANS = "courier,awb,scanned_at,native_code\ngeneric,DROPPED1,2026-03-02T10:00:00+05:30,in_transit\n"


@pytest.fixture
def daemon(settings: Settings, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Dagster's daemon over an empty, published warehouse, as `ndr up` starts it."""
    settings.inbox_dir.mkdir(parents=True)
    assert run_build(settings).published
    home = tmp_path / "dagster"
    home.mkdir()
    shutil.copyfile(PROJECT_DIR / "orchestration" / "dagster.yaml", home / "dagster.yaml")
    with (tmp_path / "daemon.log").open("wb") as log:
        process = subprocess.Popen(
            [
                str(Path(sys.executable).parent / "dagster-daemon"),
                "run",
                "-w",
                str(PROJECT_DIR / "workspace.yaml"),
            ],
            cwd=PROJECT_DIR,
            env={**os.environ, "DAGSTER_HOME": str(home), "PYTHONPATH": str(PROJECT_DIR)},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    yield process
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(30)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def test_files_and_receipts_are_published(
    settings: Settings, daemon: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    """A file of the inbox, then two receipts: the first starts a run that lingers, the second finds it warm."""

    def await_parcels(*expected: str) -> None:
        limit = time.monotonic() + WAIT_SECONDS
        found: list[str] = []
        while found != list(expected) and time.monotonic() < limit:
            assert daemon.poll() is None, (tmp_path / "daemon.log").read_text()
            time.sleep(0.5)
            sql = "select awb from dim_shipments order by awb"
            found = [str(row[0]) for row in run_query(settings.published_dir / "warehouse.duckdb", sql)[1]]
        assert found == list(expected), (tmp_path / "daemon.log").read_text()[-4000:]

    dropped = settings.inbox_dir / "scans_dropped.csv"
    dropped.write_text(SCANS)
    await_parcels("DROPPED1")
    assert not dropped.exists()
    ledger = open_ledger(settings)
    keep(ledger, [receipt(push(1))])
    await_parcels("AW1", "DROPPED1")
    keep(ledger, [receipt(push(2))])
    await_parcels("AW1", "AW2", "DROPPED1")
    ledger.close()
    with dg.DagsterInstance.from_config(str(tmp_path / "dagster")) as instance:
        runs = instance.get_runs(dg.RunsFilter(job_name="refresh"))
    # The file's, perhaps the schedule's, and one for both receipts, which lingers.
    assert [run.status for run in runs if run.status != dg.DagsterRunStatus.SUCCESS] == [
        dg.DagsterRunStatus.STARTED
    ]
    assert len(runs) <= 3, "the second receipt needed a run of its own"
