"""Refreshes ended by kill -9 at random instants while receipts come in: each is published once, and none twice."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import duckdb

from benchmarks.commands import done
from benchmarks.published import differing_tables
from ledger.database import Ledger, open_ledger
from ledger.receipts import PUSH, Receipt, keep
from orchestration.build import run_build
from settings import Settings

WORLD = 1_000
"""Shipments of the world that the receipts are added to."""
RECEIPTS = 5
"""Receipts that come before each refresh."""

#: What a refresh imports when it is needed; imported before, each refresh starts warm and is killed at its work.
_LAZY = ("ingestion.door", "dbt.cli.main", "dbt.adapters.duckdb.connections")


def prove_refreshes(folder: Path, points: int, shipments: int = WORLD) -> bool:
    """Kill a refresh at so many instants; prints what came of the receipts."""
    world, data = folder / "refreshed_world", folder / "refreshed"
    done(data, "generate", "--shipments", str(shipments), "--days", "30", "--seed", "5", "--out", str(world))
    done(data, "load", str(world))
    done(data, "build")
    settings = Settings(data_dir=data)
    ledger = open_ledger(settings)
    chance, killed, seconds = random.Random(points), 0, 20.0
    for module in _LAZY:
        import_module(module)
    for number in range(points):
        _receive(ledger, number)
        began = time.monotonic()
        is_killed = _refresh(settings, chance.uniform(0, seconds))
        killed += is_killed
        if not is_killed:  # then this is how long one takes
            seconds = 1.1 * (time.monotonic() - began)
        _read(data)
        sys.stdout.write(f"\rrefresh {number + 1} of {points}")
        sys.stdout.flush()
    ledger.close()
    as_of = datetime.now(UTC).isoformat()
    done(data, "build", "--as-of", as_of)
    wrong = _not_once(data, points * RECEIPTS)
    sys.stdout.write(
        f"\nrefreshes: {killed} of {points} killed; of {points * RECEIPTS:,} receipts {wrong} not published once\n"
    )
    published = data / "published" / "warehouse.duckdb"
    kept = folder / "killed.duckdb"
    kept.write_bytes(published.read_bytes())
    done(data, "rebuild")
    done(data, "build", "--as-of", as_of)
    differing = differing_tables(kept, published)
    sys.stdout.write(f"tables that differ from a rebuild of ledger and archive: {differing or 'none'}\n")
    return not wrong and not differing


def _receive(ledger: Ledger, number: int) -> None:
    now = datetime.now(UTC)
    failed = now.astimezone() - timedelta(minutes=1)
    keep(
        ledger,
        [Receipt("delhivery", PUSH, _body(f"KILL{number}N{n}", failed), now, {}) for n in range(RECEIPTS)],
    )


def _body(awb: str, failed: datetime) -> bytes:
    at = failed.astimezone(UTC) + timedelta(hours=5, minutes=30)  # Delhivery prints IST without its zone
    status = {"Status": "Pending", "StatusType": "UD", "StatusDateTime": at.strftime("%Y-%m-%dT%H:%M:%S.%f")}
    return json.dumps({"Shipment": {"AWB": awb, "NSLCode": "EOD-11", "Status": status}}).encode()


def _refresh(settings: Settings, seconds: float) -> bool:
    """Refresh in a child that is killed after so many seconds; whether it had not ended before."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        try:
            sink = os.open(os.devnull, os.O_WRONLY)
            os.dup2(sink, 1)
            os.dup2(sink, 2)
            run_build(settings)
        finally:
            os._exit(0)
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if os.waitpid(child, os.WNOHANG)[0]:
            return False
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _read(data: Path) -> None:
    """A reader finds a whole build, whatever was killed. Raises duckdb.Error."""
    with duckdb.connect(str(data / "published" / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute("select count(*) from marts.fct_ndr_cases, marts.rpt_build").fetchone()


def _not_once(data: Path, receipts: int) -> int:
    """How many receipts' parcels do not have exactly one case with exactly one attempt from exactly one scan."""
    with (
        duckdb.connect(str(data / "published" / "warehouse.duckdb"), read_only=True) as marts,
        duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as raw,
    ):
        cases = marts.execute(
            "select count(*) from (select awb from marts.fct_ndr_cases where starts_with(awb, 'KILL')"
            " group by awb having count(*) = 1 and sum(attempts) = 1)"
        ).fetchone()
        scans = raw.execute(
            "select count(*) from raw.scans join raw.shipment_keys using (shipment_key) where starts_with(awb, 'KILL')"
        ).fetchone()
    assert cases and scans  # noqa: S101 (count(*) is never without a row)
    return max(receipts - int(cases[0]), abs(int(scans[0]) - receipts))
