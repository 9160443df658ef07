"""The live world and the receiver as processes of their own: told, stopped, and told on from there."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from couriers import registry
from ledger.database import open_ledger
from ledger.receipts import after
from orchestration.services import answers
from settings import PROJECT_DIR, Settings
from simulator.live.world import live_world
from tests.receiver.signing import SECRET
from tests.simulator.live import END, MADE, SINCE

SHIPMENTS = 600
#: Twenty-four hours in five seconds.
SPEED = 17_280


@contextmanager
def process(
    arguments: list[str], environment: Mapping[str, str], ready: str
) -> Iterator[subprocess.Popen[str]]:
    """A child until the end of the block, from when its address answers."""
    child = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=PROJECT_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        limit = time.monotonic() + 30
        while not answers(ready):
            assert child.poll() is None and time.monotonic() < limit, "it does not start"
            time.sleep(0.05)
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(20)


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _pushed_until(progress: Path) -> datetime:
    return datetime.fromisoformat(json.loads(progress.read_text())["pushed"])


def test_a_live_world_that_is_stopped_is_told_on_from_there(tmp_path: Path) -> None:
    """Every push that came until the end is kept, also across the stop; at most what was being told comes twice."""
    receiver_port, port, progress = _port(), _port(), tmp_path / "live.json"
    environment = {
        **os.environ, "PYTHONPATH": str(PROJECT_DIR), "NDR_DATA_DIR": str(tmp_path),
        "NDR_CLOCK_START": SINCE.isoformat(), "NDR_CLOCK_ORIGIN": datetime.now(UTC).isoformat(),
        "NDR_CLOCK_SPEED": str(SPEED), "NDR_RECEIVER_PORT": str(receiver_port),
        "NDR_SIGNATURE_MINUTES": str(24 * 60),
        **{f"NDR_{slug.upper()}_WEBHOOK_SECRET": SECRET for slug in registry()},
    }  # fmt: skip
    made = {"shipments": SHIPMENTS, **MADE, "since": SINCE.isoformat(), "end": END.isoformat()}
    made |= {"port": port, "progress": progress}
    live = ["simulator.live", *(part for name, value in made.items() for part in (f"--{name}", str(value)))]
    stops = []
    with process(["orchestration.cli", "receive"], environment, f"http://127.0.0.1:{receiver_port}/livez"):
        for hours in (30, 48):
            with process(live, environment, f"http://127.0.0.1:{port}/") as child:
                limit = time.monotonic() + 20
                while not progress.exists() or _pushed_until(progress) < SINCE + timedelta(hours=hours):
                    assert child.poll() is None and time.monotonic() < limit
                    time.sleep(0.05)
            assert child.returncode == 0
            stops.append(_pushed_until(progress))
    assert SINCE < stops[0] < stops[1] < END
    ledger = open_ledger(Settings(data_dir=tmp_path))
    kept = [receipt for receipt in after(ledger, 0, 10_000) if receipt.courier == "delhivery"]
    ledger.close()
    reader = registry()["delhivery"].push_reader
    assert reader is not None
    told = reader(pl.Series([receipt.body.decode() for receipt in kept], dtype=pl.String)).rows
    scans = live_world(SHIPMENTS, **MADE, end=END).pushed.filter(
        pl.col("voice") == "delhivery", ~pl.col("is_lost"), pl.col("received_at") > SINCE
    )
    due = scans.filter(pl.col("received_at") <= stops[1])
    assert due.height > 20
    assert due.join(told, on=["awb", "scanned_at"], how="anti").is_empty()
    assert told.join(scans, on=["awb", "scanned_at"], how="anti").is_empty()
    assert told.height <= due.height + 10
