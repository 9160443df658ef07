"""What became of orders to couriers, from the ledger into raw.courier_actions: exactly once, at the door of files."""

from __future__ import annotations

from ingestion.position import Position, hold_to, position_of
from ingestion.raw import connect
from ingestion.results import LoadResult
from ingestion.told import Told, canonical, load_told
from ledger.action_events import after
from ledger.database import Ledger
from settings import Settings

_FEED = "courier_actions"
#: Most events of one transaction.
_MOST = 20_000


def load_orders(settings: Settings, ledger: Ledger) -> list[LoadResult]:
    """Load what was learnt since the last time; one result for each transaction.

    Raises WarehouseBusy, OtherLedger, LedgerUnavailable.
    """
    results: list[LoadResult] = []
    with connect(settings) as connection:
        ledger_id = hold_to(connection, ledger)
        while group := after(ledger, position_of(connection, "event"), _MOST):
            newest_at = max(event.received_at for event in group)
            position = Position("event", group[-1].id, ledger_id, newest_at)
            rows = [(one.id, {**one.content, "received_at": one.received_at.isoformat()}) for one in group]
            told = Told(_FEED, "orders", f"events {group[0].id}-{group[-1].id}", canonical(_FEED, rows))
            results += load_told(connection, [told], position, settings)
    return results
