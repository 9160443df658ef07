"""Orders through couriers that fail in every way, by dispatchers that are killed: no effect twice, none lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from benchmarks.commands import ndr
from couriers import registry
from ledger.database import Ledger, open_ledger
from ledger.receipts import PUSH, Receipt, keep
from ledger.tables import outbox
from ledger.wanted import Basis, Wanted, bring_in_step
from settings import IST, PROJECT_DIR, Settings

#: Share of the couriers' calls that go wrong.
FAULTS = 0.2
#: Seconds between two kills, by chance up to so many, and how often a dispatcher is killed in all.
_PAUSE_SECONDS, KILLS = 3.0, 40
#: Seconds of the clock that pass in a real one: a proof does not wait for pauses of minutes.
_SPEED = 60.0
#: Real seconds after which what is not settled is counted as it stands.
_PATIENCE_SECONDS = 1500.0

_ENDED = ("accepted", "rejected", "withdrawn")
_ACCOUNT = {
    "TOKEN": "t", "USERNAME": "u", "PASSWORD": "p", "ACCOUNT": "4=Delhivery",
}  # fmt: skip


def prove_orders(folder: Path, actions: int, dispatchers: int = 1, ledger_url: str | None = None) -> bool:
    """Send so many orders; prints what became of them."""
    settings = _settings(folder, ledger_url)
    with _couriers(folder / "effects.ndjson", settings, FAULTS) as address:
        ledger = open_ledger(settings)
        _want(ledger, settings, address, actions)
        began = time.monotonic()
        killed = _dispatch(
            settings, address, _settled(ledger), dispatchers, max(2, KILLS * actions // 10_000)
        )
        seconds = time.monotonic() - began
    wrong = _judge(ledger, folder / "effects.ndjson", actions)
    ledger.close()
    kind = "PostgreSQL" if ledger_url else "SQLite"
    sys.stdout.write(f"orders on {kind}: {dispatchers} dispatchers, {killed} kills, {seconds:.0f} s\n")
    return not wrong


def prove_races(folder: Path, races: int) -> bool:
    """Terminal scans come in while orders leave; prints how many of each won."""
    settings = _settings(folder, None)
    with _couriers(folder / "race_effects.ndjson", settings, 0.0) as address:
        ledger = open_ledger(settings)
        awbs = _want(ledger, settings, address, races)
        kept: dict[str, int] = {}
        teller = threading.Thread(target=_tell, args=(settings, awbs, kept), daemon=True)
        teller.start()
        _dispatch(settings, address, lambda: not teller.is_alive())
        teller.join()
        _dispatch(settings, address, _settled(ledger, quiet=20))
    with ledger.read() as connection:
        rows = {row.awb: row for row in connection.execute(sa.select(outbox))}
    effects = {one["awb"] for one in _effects(folder / "race_effects.ndjson")}
    ledger.close()
    late = [awb for awb, receipt in kept.items() if (rows[awb].known_to or 0) >= receipt]
    held = [awb for awb in kept if rows[awb].sent_at is None]
    against = sorted(effects & set(held))
    sys.stdout.write(
        f"races: {len(kept):,} terminal scans against as many orders: {len(kept) - len(held):,} orders left first,"
        f" {len(held):,} were held up; {len(late)} left after their scan was known, {len(against)} took effect unsent\n"
    )
    return not late and not against and len(kept) == races and bool(held)


def _settings(folder: Path, ledger_url: str | None) -> Settings:
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    url = SecretStr(ledger_url) if ledger_url else None
    return Settings(
        data_dir=folder / "data",
        ledger_url=url,
        clock_start=now,
        clock_origin=now,
        clock_speed=_SPEED,
    )


def _environment(settings: Settings, address: str = "") -> dict[str, str]:
    """What a process needs to work on these settings, and to find the couriers."""
    named = {
        f"NDR_{slug.upper()}_{name}": value
        for slug in _told()
        for name, value in {**_ACCOUNT, "BASE_URL": f"{address}/{slug}"}.items()
    }
    clock = {
        "NDR_DATA_DIR": str(settings.data_dir), "NDR_CLOCK_START": f"{settings.clock_start:%Y-%m-%dT%H:%M:%S.%f+00:00}",
        "NDR_CLOCK_ORIGIN": f"{settings.clock_origin:%Y-%m-%dT%H:%M:%S.%f+00:00}", "NDR_CLOCK_SPEED": str(_SPEED),
    }  # fmt: skip
    url = {"NDR_LEDGER_URL": settings.ledger_url.get_secret_value()} if settings.ledger_url else {}
    return {**named, **clock, **url}


def _told() -> list[str]:
    return [slug for slug, courier in registry().items() if courier.actions]


@contextmanager
def _couriers(effects: Path, settings: Settings, faults: float) -> Iterator[str]:
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


def _want(ledger: Ledger, settings: Settings, address: str, actions: int) -> list[str]:
    """Parcels that failed, with their couriers, and an order for each; their AWBs."""
    slugs, now = _told(), settings.now()
    day_asked = (now.astimezone(IST) + timedelta(days=2)).date().isoformat()
    parcels, wanted = [], []
    for number in range(actions):
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
        wanted.append(Wanted(f"proof-{number}", courier, awb, slug, content, 1, now))
    for start in range(0, actions, 1_000):
        _post(f"{address}/_world/parcels", parcels[start : start + 1_000])
    bring_in_step(ledger, Basis("proof", now, 0, 0), wanted, now)
    return [one.awb for one in wanted]


def _post(url: str, document: Any) -> None:
    request = urllib.request.Request(url, json.dumps(document).encode(), method="POST")  # noqa: S310 (loopback)
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        answer.read()


def _dispatch(
    settings: Settings, address: str, is_done: Callable[[], bool], count: int = 1, kills: int = 0
) -> int:
    """Let so many dispatchers work, one of them killed and started again now and then; how many kills there were."""
    os.environ.update(_environment(settings, address))
    chance, killed = random.Random(7), 0
    running = [ndr(settings.data_dir, "dispatch") for _ in range(count)]
    limit = time.monotonic() + _PATIENCE_SECONDS
    next_kill = time.monotonic() + 6
    try:
        while not is_done() and time.monotonic() < limit:
            if killed < kills and time.monotonic() >= next_kill:
                victim = chance.randrange(count)
                running[victim].kill()
                running[victim].wait()
                running[victim] = ndr(settings.data_dir, "dispatch")
                killed += 1
                # A new one needs some seconds to begin, and is to be killed at its work.
                next_kill = time.monotonic() + 4 + chance.uniform(0, _PAUSE_SECONDS)
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


def _settled(ledger: Ledger, quiet: float = 200.0) -> Callable[[], bool]:
    """Whether every order has its end, or nothing has changed for so many seconds: more than a dead one's lease."""
    last: list[Any] = [None, time.monotonic()]

    def is_settled() -> bool:
        with ledger.read() as connection:
            states = sa.select(outbox.c.state, sa.func.count()).group_by(outbox.c.state)
            found = [tuple(row) for row in connection.execute(states.order_by(outbox.c.state))]
        if found != last[0]:
            last[:] = [found, time.monotonic()]
        return {state for state, _ in found} <= set(_ENDED) or time.monotonic() - last[1] > quiet

    return is_settled


def _effects(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def _judge(ledger: Ledger, effects: Path, actions: int) -> int:
    """Compare what the outbox says with what took place; prints it. How many orders are wrong."""
    took = Counter((one["awb"], one["action"]) for one in _effects(effects))
    with ledger.read() as connection:
        rows = connection.execute(sa.select(outbox)).all()
    wrong: Counter[str] = Counter()
    for row in rows:
        wrong.update(_fault(row, took))
    states = Counter(str(row.state) for row in rows)
    told = ", ".join(f"{count:,} {state}" for state, count in states.most_common())
    taken = sum(
        (row.awb, row.content["action"]) in took for row in rows if row.state in ("unknown", "processing")
    )
    sys.stdout.write(
        f"{actions:,} orders: {told}; of the unknown {taken:,} took effect; wrong: {dict(wrong) or 'none'}\n"
    )
    return sum(wrong.values()) + (len(rows) != actions)


def _fault(row: Any, took: Counter[tuple[str, str]]) -> list[str]:
    """What is wrong with an order: done twice, lost, done although refused, or never tried."""
    times = took[row.awb, row.content["action"]]
    found = {
        "twice": times > 1 or took[row.awb, "update_details"] > 1,
        "lost": row.state == "accepted" and not times,
        "refused and done": row.state == "rejected" and bool(times),
        "not sent": row.state in ("waiting", "sending", "withdrawn"),
    }
    return [name for name, is_so in found.items() if is_so]


def _tell(settings: Settings, awbs: list[str], kept: dict[str, int]) -> None:
    """Keep a delivered scan for every parcel, in the order in which the orders leave, at about their pace."""
    ledger, chance = open_ledger(settings), random.Random(11)
    time.sleep(5)
    order = list(awbs)
    chance.shuffle(order)
    for awb in order:
        body = json.dumps({"awb": awb, "status": "delivered"}).encode()
        (one,) = keep(ledger, [Receipt("delhivery", PUSH, body, settings.now(), {})])
        kept[awb] = one.id
        time.sleep(chance.uniform(0, 0.01))
    ledger.close()
