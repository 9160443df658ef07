"""A file dropped into the inbox is published by Dagster's own daemon, without a hand."""

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

import pytest

from orchestration.build import run_build
from orchestration.query import run_query
from settings import PROJECT_DIR, Settings

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


def test_a_file_dropped_into_the_inbox_is_published(
    settings: Settings, daemon: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    (settings.inbox_dir / "scans_dropped.csv").write_text(SCANS)
    limit = time.monotonic() + WAIT_SECONDS
    found: list[list[object]] = []
    while not found and time.monotonic() < limit:
        assert daemon.poll() is None, (tmp_path / "daemon.log").read_text()
        time.sleep(0.5)
        _, rows = run_query(settings.published_dir / "warehouse.duckdb", "select awb from dim_shipments")
        found = list(rows)
    assert found == [["DROPPED1"]], (tmp_path / "daemon.log").read_text()[-4000:]
    assert not (settings.inbox_dir / "scans_dropped.csv").exists()
