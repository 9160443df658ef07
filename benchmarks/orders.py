"""Orders through couriers that fail in every way, by dispatchers that are killed: no effect twice, none lost."""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.order_world import Orders, couriers, dispatch, effects_in, settled, want, world_settings
from ledger.database import Ledger, open_ledger
from ledger.tables import outbox
from tests import postgres

#: Share of the couriers' calls that go wrong.
FAULTS = 0.2
#: How often a dispatcher is killed, of ten thousand orders.
KILLS = 40


def prove_orders(
    folder: Path, actions: int, dispatchers: int = 1, ledger_url: str | None = None, left_out: str = ""
) -> bool:
    """Send so many orders; prints what became of them. `left_out`: a courier that gets none of them."""
    settings = world_settings(folder, ledger_url)
    with couriers(folder / "effects.ndjson", settings, FAULTS) as address:
        ledger = open_ledger(settings)
        want(ledger, settings, address, Orders(actions, left_out))
        began = time.monotonic()
        killed = dispatch(settings, address, settled(ledger), dispatchers, max(2, KILLS * actions // 10_000))
        seconds = time.monotonic() - began
    wrong = _judge(ledger, folder / "effects.ndjson", actions)
    ledger.close()
    kind = "PostgreSQL" if ledger_url else "SQLite"
    sys.stdout.write(f"orders on {kind}: {dispatchers} dispatchers, {killed} kills, {seconds:.0f} s\n")
    return not wrong


def prove_shared_orders(folder: Path, actions: int) -> bool:
    """As `prove_orders`, on PostgreSQL with three dispatchers."""
    with postgres.server(is_durable=True) as server:
        url = postgres.database(server)
        return prove_orders(folder / "shared", actions, 3, url)


def _judge(ledger: Ledger, effects: Path, actions: int) -> int:
    """Compare what the outbox says with what took place; prints it. How many orders are wrong."""
    took = Counter((one["awb"], one["action"]) for one in effects_in(effects))
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
