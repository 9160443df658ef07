"""How long a customer's answer takes to the courier's acceptance, in a live demo: `python -m benchmarks.answers`.

    python -m benchmarks.answers --answers 100 --minutes 20 --speed 30

A demo is started as `ndr demo` starts it. Customers of open cases ask on their tracking pages for the first day that
is offered, at random instants; each is timed from its post to the instant at which the outbox has the courier's
acceptance. What is not sent (the courier does not take it now) or not accepted is counted apart. Seconds are real ones,
whatever the speed of the demo's clock.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

import duckdb
import psutil  # type: ignore[import-untyped]

from benchmarks.latency import free_ports
from benchmarks.measuring import machine
from customers.links import Parcel, token
from ledger.database import Ledger, open_ledger
from ledger.outbox import of_parcel
from settings import PROJECT_DIR, Settings

#: Seconds in which an answer must have come to something, after the last.
_PATIENCE_SECONDS = 120.0
#: What ends the wait for an order.
_ENDED = ("accepted", "rejected", "unknown")


@dataclass
class Said:
    """An answer: its parcel, when it was posted and settled (Unix seconds; 0: not yet), and what it came to."""

    parcel: Parcel
    posted: float
    settled: float = 0.0
    state: str = "not sent"


def main() -> None:
    """Measure once and print; ends with 1 when p95 is 45 s or more."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--speed", type=float, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, _demo(Path(name), given.speed) as (port, secret):
        settings = Settings(data_dir=Path(name))
        ledger = open_ledger(settings)
        said = _answer(settings, ledger, (port, secret), given.answers, given.minutes * 60)
        ledger.close()
    sys.exit(0 if _report(said, given.minutes, given.speed) < 45 else 1)


@contextmanager
def _demo(data: Path, speed: float) -> Iterator[tuple[int, str]]:
    """A live demo; gives the receiver's port and the secret of its links."""
    ports = free_ports()
    environment = {
        **os.environ, **{name: str(port) for name, port in ports.items()}, "NDR_DATA_DIR": str(data),
        "PYTHONPATH": str(PROJECT_DIR),
    }  # fmt: skip
    command = [sys.executable, "-m", "orchestration.cli", "demo", "--speed", str(speed)]
    demo = subprocess.Popen(
        [*command, "--shipments", "12000", "--days", "30", "--seed", "4"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        if not any(b"Ctrl-C" in line for line in demo.stdout or ()):
            raise SystemExit("ndr demo does not start")
        yield ports["NDR_RECEIVER_PORT"], _secret(demo.pid)
    finally:
        with suppress(ProcessLookupError):
            demo.send_signal(signal.SIGTERM)
        demo.wait()


def _secret(demo: int) -> str:
    """The demo makes it anew at each start and tells its children alone."""
    for child in psutil.Process(demo).children(recursive=True):
        with suppress(psutil.Error):
            if "receive" in child.cmdline():
                return str(child.environ()["NDR_TRACKING_SECRET"])
    raise SystemExit("the demo has no receiver")


def _answer(
    settings: Settings, ledger: Ledger, door: tuple[int, str], count: int, seconds: float
) -> list[Said]:
    """Post so many answers within so many seconds, and wait for what they come to."""
    chance = random.Random(count)
    coming = sorted(time.time() + chance.uniform(0, seconds) for _ in range(count))
    said: list[Said] = []
    tried: set[Parcel] = set()
    last = coming[-1] + _PATIENCE_SECONDS
    while time.time() < last and (coming or any(not one.settled for one in said)):
        if coming and coming[0] <= time.time():
            parcel = next((one for one in _open_parcels(settings) if one not in tried), None)
            if parcel is None:
                time.sleep(1)  # every customer was asked: others will come
            else:
                tried.add(parcel)
                if _post(door, parcel):
                    said.append(Said(parcel, time.time()))
                    coming.pop(0)
        _look(ledger, said)
        time.sleep(0.1)
    return said


def _open_parcels(settings: Settings) -> list[Parcel]:
    """Parcels of open cases whose courier can be told, the newest failure first."""
    path = str(settings.published_dir / "warehouse.duckdb").replace("'", "''")
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{path}' as published (read_only)")
        rows = connection.execute(
            "select c.courier, c.awb, c.epoch from published.marts.rpt_ndr_queue as c"
            " join published.marts.dim_shipments as s on c.case_id = s.shipment_id"
            " where c.stage = 'new' and coalesce(s.via, s.courier) not in ('generic')"
            " order by c.last_ndr_at desc, c.case_id"
        ).fetchall()
    return [Parcel(*row) for row in rows]


def _post(door: tuple[int, str], parcel: Parcel) -> bool:
    """Ask for the first day that the customer's page offers; False where it offers none."""
    port, secret = door
    path = f"/track/{token(secret.encode(), parcel, datetime.now(UTC) + timedelta(days=60))}?lang=en"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        page = connection.getresponse().read().decode()
        days = re.findall(r'name="day"[^>]*value="([^"]+)"|value="(\d{4}-\d\d-\d\d)"', page)
        if "<form" not in page or not days:
            return False
        typed = {"answer": "again", "day": next(filter(None, days[0]))}
        connection.request(
            "POST", path, urlencode(typed), {"Content-Type": "application/x-www-form-urlencoded"}
        )
        return connection.getresponse().status == 303
    finally:
        connection.close()


def _look(ledger: Ledger, said: list[Said]) -> None:
    for one in said:
        if one.settled:
            continue
        orders = [
            row
            for row in of_parcel(ledger, one.parcel.courier, one.parcel.awb)
            if row.content["source"] == "customer"
        ]
        if orders:
            one.state = str(orders[-1].state)
            if one.state in _ENDED:
                one.settled = time.time()


def _report(said: list[Said], minutes: float, speed: float) -> float:
    """Print what was seen; gives p95 in seconds, endless when too few were accepted."""
    states = Counter(one.state for one in said)
    took = sorted(one.settled - one.posted for one in said if one.state == "accepted")
    told = ", ".join(f"{count} {state}" for state, count in states.most_common())
    sys.stdout.write(
        f"{machine()}, {datetime.now(UTC):%Y-%m-%d}\n{len(said)} answers in {minutes:g} minutes: {told}\n"
    )
    if len(took) < 10:
        return float("inf")
    centiles = quantiles(took, n=100, method="inclusive")
    sys.stdout.write(
        f"from the customer's answer to the courier's acceptance, at {speed:g} times speed:"
        f" p50 {centiles[49]:.1f} s, p95 {centiles[94]:.1f} s, slowest {took[-1]:.1f} s\n"
    )
    return centiles[94]


if __name__ == "__main__":
    main()
