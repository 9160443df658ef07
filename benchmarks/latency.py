"""How long a courier's scan takes to the queue that agents read: `python -m benchmarks.latency`.

    python -m benchmarks.latency --scans 2000000 --events 200 --minutes 30

A world is loaded and built, then everything is served as `ndr up` serves it. Failed deliveries of parcels that are on
their way are pushed as Delhivery pushes them, at random instants; each is timed from its post to the instant at which
a reader of the published file finds its case in rpt_ndr_queue. Prints p50, p95 and the slowest, and what each part
takes: the wait until the build that holds it began, and that build's loading, models with tests, and publishing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean, quantiles
from zoneinfo import ZoneInfo

import dagster as dg
import duckdb

from benchmarks.commands import done
from benchmarks.measuring import machine
from benchmarks.run import SCANS_PER_SHIPMENT
from settings import PROJECT_DIR

_SECRET = "the secret of the benchmark"  # noqa: S105 (guards nothing)
_LOOK_SECONDS = 0.1
_PATIENCE_SECONDS = 300
_PORTS = ("NDR_RECEIVER_PORT", "NDR_DASHBOARDS_PORT", "NDR_DAGSTER_PORT")


@dataclass
class Event:
    """One failed delivery: when it is to be posted (seconds after the start), when it was, when it was in the queue
    (Unix seconds; 0: never), and by which build."""

    awb: str
    due: float
    posted: float = 0.0
    seen: float = 0.0
    build_id: str = ""

    @property
    def took(self) -> float:
        """Seconds from its post to the queue."""
        return self.seen - self.posted


@dataclass
class Watch:
    """Looks into the published file whenever it is another one."""

    published: Path
    waiting: dict[str, Event] = field(default_factory=dict)
    _inode: int = 0

    def look(self) -> None:
        """Note the events whose cases are in the queue now."""
        if self.published.stat().st_ino == self._inode:
            return
        self._inode = self.published.stat().st_ino
        with duckdb.connect(str(self.published), read_only=True) as connection:
            row = connection.execute("select build_id from marts.rpt_build").fetchone()
            found = connection.execute(
                "select awb from marts.rpt_ndr_queue where awb in (select unnest(?))", [list(self.waiting)]
            ).fetchall()
        for (awb,) in found:
            event = self.waiting.pop(awb)
            event.seen, event.build_id = time.time(), str(row[0]) if row else ""


def main() -> None:
    """Measure once and print; ends with 1 when an event never came or p95 is 30 s or more."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scans", type=int, default=2_000_000)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = folder / "data"
        size = ["--shipments", str(given.scans // SCANS_PER_SHIPMENT), "--days", "60", "--seed", "3"]
        done(data, "generate", *size, "--out", str(folder / "world"))
        done(data, "load", str(folder / "world"))
        done(data, "build")
        events = _events(data, given.events, given.minutes * 60)
        ports = free_ports()
        server = _serve(data, ports)
        try:
            _send(data, ports["NDR_RECEIVER_PORT"], events)
        finally:
            with suppress(ProcessLookupError):
                server.send_signal(signal.SIGTERM)
            server.wait()
        p95 = _report(data, events, given.minutes)
    sys.exit(0 if p95 < 30 else 1)


def _events(data: Path, count: int, seconds: float) -> list[Event]:
    """Parcels of Delhivery that are on their way, due at random."""
    with duckdb.connect(str(data / "published" / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select awb from marts.dim_shipments where courier = 'delhivery' and via is null and first_ofd_at is null"
            " and first_ndr_at is null and shipment_outcome = 'open' order by manifested_at desc, awb limit ?",
            [count],
        ).fetchall()
    if len(rows) < count:
        raise SystemExit(f"only {len(rows)} parcels of Delhivery are on their way: ask for fewer events")
    chance = random.Random(count)
    due = sorted(chance.uniform(0, seconds) for _ in rows)
    return [Event(awb, at) for (awb,), at in zip(rows, due, strict=True)]


def free_ports() -> dict[str, int]:
    """A free port for each setting of one."""
    probes = {name: socket.create_server(("127.0.0.1", 0)) for name in _PORTS}
    ports = {name: int(probe.getsockname()[1]) for name, probe in probes.items()}
    for probe in probes.values():
        probe.close()
    return ports


def _serve(data: Path, ports: dict[str, int]) -> subprocess.Popen[bytes]:
    own = {name: str(port) for name, port in ports.items()}
    environment = {
        **os.environ, **own, "NDR_DATA_DIR": str(data), "NDR_DELHIVERY_WEBHOOK_SECRET": _SECRET,
        "PYTHONPATH": str(PROJECT_DIR),
    }  # fmt: skip
    command = [sys.executable, "-m", "orchestration.cli", "up"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    for line in server.stdout or ():
        if b"Ctrl-C" in line:
            return server
    raise SystemExit("ndr up does not start")


def _send(data: Path, port: int, events: list[Event]) -> None:
    """Post each event when it is due and wait until all are in the queue."""
    watch = Watch(data / "published" / "warehouse.duckdb")
    began, coming = time.time(), list(events)
    last = began + events[-1].due + _PATIENCE_SECONDS
    while (coming or watch.waiting) and time.time() < last:
        while coming and began + coming[0].due <= time.time():
            event = coming.pop(0)
            watch.waiting[event.awb] = event
            event.posted = time.time()
            _post(port, event.awb)
        watch.look()
        time.sleep(_LOOK_SECONDS)
    while {event.build_id for event in events if event.seen} - _builds(data).keys() and time.time() < last:
        time.sleep(1)  # a publish is recorded after the file is there


def _post(port: int, awb: str) -> None:
    now = datetime.now(ZoneInfo("Asia/Kolkata")) - timedelta(seconds=1)
    status = {"Status": "Pending", "StatusType": "UD", "StatusDateTime": now.strftime("%Y-%m-%dT%H:%M:%S.%f")}
    body = json.dumps({"Shipment": {"AWB": awb, "NSLCode": "EOD-11", "Status": status}}).encode()
    headers = {"Authorization": _SECRET, "Content-Type": "application/json"}
    url = f"http://127.0.0.1:{port}/webhooks/delhivery"
    request = urllib.request.Request(url, body, headers)
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310
        pass


def _report(data: Path, events: list[Event], minutes: float) -> float:
    """Print what was seen; gives p95 in seconds, endless when an event never came."""
    came = [event for event in events if event.seen]
    if len(came) < len(events) or len(came) < 2:
        sys.stdout.write(f"{len(events) - len(came)} of {len(events)} events NEVER came into the queue\n")
        return float("inf")
    took = sorted(event.took for event in came)
    centiles = quantiles(took, n=100, method="inclusive")
    builds = _builds(data)
    parts = [(event, builds[event.build_id]) for event in came]
    wait = mean(event.seen - build["seconds"] - event.posted for event, build in parts)
    load = mean(build["load_seconds"] for _, build in parts)
    publish = mean(build["publish_seconds"] for _, build in parts)
    models = mean(build["seconds"] for _, build in parts) - load - publish
    sys.stdout.write(
        f"{machine()}, {datetime.now(UTC):%Y-%m-%d}\n"
        f"{len(events)} events in {minutes:g} minutes, published by {len({e.build_id for e in came})} builds: "
        f"p50 {centiles[49]:.1f} s, p95 {centiles[94]:.1f} s, slowest {took[-1]:.1f} s\n"
        f"on average {wait:.1f} s until its build begins, {load:.1f} s loading, {models:.1f} s models and tests, "
        f"{publish:.1f} s publishing\n"
    )
    return centiles[94]


def _builds(data: Path) -> dict[str, dict[str, float]]:
    """The numbers of every publish that Dagster recorded, by build."""
    found: dict[str, dict[str, float]] = {}
    with dg.DagsterInstance.from_config(str(data / "dagster")) as instance:
        records = instance.fetch_materializations(dg.AssetKey(["published"]), limit=10_000).records
    for record in records:
        event = record.asset_materialization
        if event:
            numbers = {name: value.value for name, value in event.metadata.items()}
            found[str(numbers["build_id"])] = numbers  # type: ignore[assignment]
    return found


if __name__ == "__main__":
    main()
