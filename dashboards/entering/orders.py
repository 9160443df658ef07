"""How far the orders to a parcel's courier are, from the outbox in the ledger: newer than any build."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from dashboards.entering import entries
from dashboards.entering.entries import Parcel
from ledger import outbox
from ledger.database import has_ledger
from ledger.errors import LedgerError
from ledger.lanes import Lane, all_lanes
from ledger.outbox_health import Health, outbox_health
from ledger.settling import settle_asked
from settings import get_settings

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outbox:
    """How the sending goes: the outbox in numbers, and each courier's interface."""

    health: Health
    lanes: list[Lane]


def all_of_them() -> Outbox | None:
    """The whole outbox as it is now; an empty one without a ledger or in a replay, None when it cannot be read, which
    is logged."""
    settings = get_settings()
    if entries.is_replay() or not has_ledger(settings):
        return Outbox(Health({}, {}, {}, 0, 0, 0, 0, 0), [])
    try:
        ledger = entries.opened(settings)
        return Outbox(outbox_health(ledger, settings.now()), all_lanes(ledger))
    except (LedgerError, OSError) as error:
        _log.warning("the outbox was not read: %s", error)
        return None


def settle(action_id: str, is_taken: bool) -> bool:
    """Keep what the courier said of an unclear order when it was asked; False where it is not unclear any more, or the
    ledger cannot be written, which is logged."""
    settings = get_settings()
    try:
        return settle_asked(entries.opened(settings), action_id, is_taken, settings.now())
    except (LedgerError, OSError) as error:
        _log.warning("an order was not settled: %s", error)
        return False


def of_parcel(parcel: Parcel) -> list[dict[str, Any]]:
    """The parcel's orders, oldest first, with the outbox's columns and `action` and `requested_on` of their content;
    none in a replay, without a ledger, or when it cannot be read, which is logged."""
    settings = get_settings()
    if entries.is_replay() or not has_ledger(settings):
        return []
    try:
        rows = outbox.of_parcel(entries.opened(settings), *parcel)
    except (LedgerError, OSError) as error:
        _log.warning("the outbox was not read: %s", error)
        return []
    return [
        {**row._mapping, **{name: row.content.get(name) for name in ("action", "requested_on")}}
        for row in rows
    ]
