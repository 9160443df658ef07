"""Parcels that failed at simulated couriers, orders for them, and dispatchers that send them: what the proofs of orders
share."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from benchmarks.commands import ndr
from couriers import registry
from ledger.database import Ledger
from ledger.tables import outbox
from ledger.wanted import Basis, Wanted, bring_in_step
from settings import IST, PROJECT_DIR, Settings

#: Seconds between two kills, by chance up to so many more than a start takes.
_START_SECONDS, _PAUSE_SECONDS = 4.0, 3.0
#: Seconds of the clock that pass in a real one: a proof does not wait for pauses of minutes.
SPEED = 60.0
#: Real seconds after which what is not settled is counted as it stands.
_PATIENCE_SECONDS = 1500.0

_ENDED = ("accepted", "rejected", "withdrawn")
_ACCOUNT = {"TOKEN": "t", "USERNAME": "u", "PASSWORD": "p", "ACCOUNT": "4=Delhivery"}


def world_settings(folder: Path, ledger_url: str | None = None) -> Settings:
    """A data folder of its own, and a clock that runs SPEED times as fast."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    url = SecretStr(ledger_url) if ledger_url else None
    return Settings(
        data_dir=folder / "data",
        ledger_url=url,
        clock_start=now,
        clock_origin=now,
        clock_speed=SPEED,
    )


def _environment(settings: Settings, address: str = "") -> dict[str, str]:
    """What a process needs to work on these settings, and to find the couriers."""
    named = {
        f"NDR_{slug.upper()}_{name}": value
        for slug in _told()
        for name, value in {**_ACCOUNT, "BASE_URL": f"{address}/{slug}"}.items()
    }
    clock = {
        "NDR_CLOCK_START": f"{settings.clock_start:%Y-%m-%dT%H:%M:%S.%f+00:00}",
        "NDR_CLOCK_ORIGIN": f"{settings.clock_origin:%Y-%m-%dT%H:%M:%S.%f+00:00}", "NDR_CLOCK_SPEED": str(SPEED),
    }  # fmt: skip
    url = {"NDR_LEDGER_URL": settings.ledger_url.get_secret_value()} if settings.ledger_url else {}
    return {**named, **clock, **url}


def _told() -> list[str]:
    return [slug for slug, courier in registry().items() if courier.actions]


@contextmanager
def couriers(effects: Path, settings: Settings, faults: float) -> Iterator[str]:
    """The simulated couriers in a process of their own; gives their address."""
    command = [sys.executable, "-m", "simulator.desks", "--faults", str(faults), "--effects", str(effects)]
    desks = subprocess.Popen(
        [*command, "--seed", "3", "--hold", "2", "--slow", "0.3"],
        cwd=PROJECT_DIR, env={**os.environ, **_environment(settings)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert desks.stdout  # noqa: S101 (it is a pipe)
        yield desks.stdout.readline().split()[-1]
    finally:
        desks.terminate()
        desks.wait()


@dataclass(frozen=True)
class Orders:
    """How many orders; a courier that gets none of them; and real seconds over which they are released, by chance."""

    count: int
    left_out: str = ""
    spread: float = 0.0


def want(ledger: Ledger, settings: Settings, address: str, orders: Orders) -> list[str]:
    """Parcels that failed, with their couriers, and an order for each; their AWBs."""
    chance = random.Random(5)
    slugs, now = [slug for slug in _told() if slug != orders.left_out], settings.now()
    day_asked = (now.astimezone(IST) + timedelta(days=2)).date().isoformat()
    parcels, wanted = [], []
    for number in range(orders.count):
        slug = slugs[number % len(slugs)]
        awb = f"ORD{number:07}"
        is_return = number // len(slugs) % 4 == 0 and slug not in ("xpressbees", "nimbuspost")
        is_via = slug in ("clickpost", "shiprocket")
        courier = "delhivery" if is_via else slug
        code = {"delhivery": {"native_code": "UD|Pending", "reason_code": "EOD-11"}}.get(slug, {})
        parcels.append(
            {"courier": courier, "via": slug if is_via else None, "awb": awb, "attempts": 1,
             "at": (now - timedelta(hours=1)).isoformat(), "status": "failed_delivery", **code}
        )  # fmt: skip
        action = "rto" if is_return else "reattempt"
        order = {
            "action": action, "requested_on": day_asked, "window_start": None, "window_end": None, "phone": None,
            "address": "14 MG Road, Pune" if number % 3 == 0 else None, "landmark": None, "pincode": None,
            "remarks": "Ring twice", "carrier": "4" if slug == "clickpost" else None, "proof": None,
            "name": "A. Customer", "booked_phone": "9876543210", "booked_address": "14 MG Road, Pune",
            "booked_pincode": "411001",
        }  # fmt: skip
        content = {
            "action": action, "source": "operations", "instructed_at": now.isoformat(), "requested_on": day_asked,
            "latest_scan_at": now.isoformat(), "order": order,
        }  # fmt: skip
        release_at = now + timedelta(seconds=chance.uniform(0, orders.spread) * SPEED)
        wanted.append(Wanted(f"proof-{number}", courier, awb, slug, content, 1, release_at))
    for start in range(0, orders.count, 1_000):
        _post(f"{address}/_world/parcels", parcels[start : start + 1_000])
    bring_in_step(ledger, Basis("proof", now, 0, 0), wanted, now)
    return [one.awb for one in wanted]


def _post(url: str, document: Any) -> None:
    request = urllib.request.Request(url, json.dumps(document).encode(), method="POST")  # noqa: S310 (loopback)
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        answer.read()


def dispatch(
    settings: Settings, address: str, is_done: Callable[[], bool], count: int = 1, kills: int = 0
) -> int:
    """Let so many dispatchers work, one of them killed and started again now and then; how many kills there were."""
    chance, killed, environment = random.Random(7), 0, _environment(settings, address)
    running = [ndr(settings.data_dir, "dispatch", **environment) for _ in range(count)]
    limit = time.monotonic() + _PATIENCE_SECONDS
    next_kill = time.monotonic() + 6
    try:
        while not is_done() and time.monotonic() < limit:
            if killed < kills and time.monotonic() >= next_kill:
                victim = chance.randrange(count)
                running[victim].kill()
                running[victim].wait()
                running[victim] = ndr(settings.data_dir, "dispatch", **environment)
                killed += 1
                # A new one needs some seconds to begin, and is to be killed at its work.
                next_kill = time.monotonic() + _START_SECONDS + chance.uniform(0, _PAUSE_SECONDS)
                sys.stdout.write(f"\rkill {killed} of {kills}")
                sys.stdout.flush()
            time.sleep(0.2)
    finally:
        for one in running:
            one.send_signal(signal.SIGINT)
        for one in running:
            with suppress(subprocess.TimeoutExpired):
                one.wait(30)
            one.kill()
    sys.stdout.write("\n")
    return killed


def settled(ledger: Ledger, quiet: float = 200.0) -> Callable[[], bool]:
    """Whether every order has its end, or nothing has changed for longer than anything takes: a dead one's lease where
    it may have left something, else a while for what is read back."""
    last: list[Any] = [None, time.monotonic()]

    def is_settled() -> bool:
        with ledger.read() as connection:
            states = sa.select(outbox.c.state, sa.func.count()).group_by(outbox.c.state)
            found = [tuple(row) for row in connection.execute(states.order_by(outbox.c.state))]
        if found != last[0]:
            last[:] = [found, time.monotonic()]
        left = {state for state, _ in found} - set(_ENDED)
        patience = 0.0 if not left else min(quiet, 20.0) if left == {"unknown"} else quiet
        return bool(time.monotonic() - last[1] > patience)

    return is_settled


def effects_in(path: Path) -> list[dict[str, Any]]:
    """What the couriers did, in its order."""
    return [json.loads(line) for line in path.read_text().splitlines()]
