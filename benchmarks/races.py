"""Orders and scans that race: an order leaves before its parcel's end is known, or not at all."""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from benchmarks.order_world import Orders, couriers, dispatch, effects_in, settled, want, world_settings
from ledger.database import open_ledger
from ledger.receipts import PUSH, Receipt, keep
from ledger.tables import outbox
from settings import Settings

#: Orders, and scans, a second.
_RATE = 100.0


def prove_races(folder: Path, races: int) -> bool:
    """Against each order a delivered scan comes in at some instant; prints how many of each won."""
    settings, spread = world_settings(folder / "races"), max(10.0, races / _RATE)
    effects = folder / "races" / "effects.ndjson"
    with couriers(effects, settings, 0.0) as address:
        ledger = open_ledger(settings)
        awbs = want(ledger, settings, address, Orders(races, spread=spread))
        kept: dict[str, int] = {}
        teller = threading.Thread(target=_tell, args=(settings, awbs, kept, spread), daemon=True)
        teller.start()
        is_settled = settled(ledger, quiet=10)
        dispatch(settings, address, lambda: not teller.is_alive() and is_settled())
        teller.join()
    with ledger.read() as connection:
        rows = {row.awb: row for row in connection.execute(sa.select(outbox))}
    ledger.close()
    late = [awb for awb, receipt in kept.items() if (rows[awb].known_to or 0) >= receipt]
    held = {awb for awb in kept if rows[awb].sent_at is None}
    unsent = held & {one["awb"] for one in effects_in(effects)}
    sys.stdout.write(
        f"races: {len(kept):,} terminal scans against as many orders: {len(kept) - len(held):,} orders left first,"
        f" {len(held):,} were held up; {len(late)} left after their scan was known, {len(unsent)} took effect unsent\n"
    )
    return not late and not unsent and len(kept) == races and 0 < len(held) < races


def _tell(settings: Settings, awbs: Sequence[str], kept: dict[str, int], spread: float) -> None:
    """Keep a delivered scan for every parcel, each at an instant of its own; `kept` gets its receipt."""
    ledger, chance = open_ledger(settings), random.Random(11)
    began = time.monotonic()
    for at, awb in sorted((chance.uniform(0, spread), awb) for awb in awbs):
        time.sleep(max(0.0, began + at - time.monotonic()))
        body = json.dumps({"awb": awb, "status": "delivered"}).encode()
        (one,) = keep(ledger, [Receipt("delhivery", PUSH, body, settings.now(), {})])
        kept[awb] = one.id
    ledger.close()
