"""What people entered, from the ledger into raw.customer_feedback and raw.ops_feedback: exactly once, at the same door
as files.

An entry's content has the names of the feed's columns (`ingestion.feeds`); who said it, what and when stands in the
entry's own columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ingestion.position import Position, hold_to, position_of
from ingestion.raw import connect
from ingestion.results import LoadResult
from ingestion.told import Told, canonical, load_told
from ledger.database import Ledger
from ledger.entries import after
from settings import Settings

#: Most entries of one transaction.
_MOST = 20_000

#: An entry's source to its feed, and the feed's columns for when it was said, what was said, and by whom.
_FEEDS = {
    "customer": ("customer_feedback", "responded_at", "response", None),
    "operations": ("ops_feedback", "acted_at", "entry", "agent"),
}


def load_entries(settings: Settings, ledger: Ledger) -> list[LoadResult]:
    """Load what was entered since the last time; one result for each feed and transaction.

    Raises WarehouseBusy, OtherLedger, LedgerUnavailable.
    """
    results: list[LoadResult] = []
    with connect(settings) as connection:
        ledger_id = hold_to(connection, ledger)
        while group := after(ledger, position_of(connection, "entry"), _MOST):
            newest_at = max(entry.received_at for entry in group)
            position = Position("entry", group[-1].id, ledger_id, newest_at)
            results += load_told(connection, _parts(group), position, settings)
    return results


def _parts(group: Sequence[Any]) -> Iterator[Told]:
    for source, (feed, *_) in _FEEDS.items():
        own = [entry for entry in group if entry.source == source]
        if own:
            rows = canonical(feed, [(entry.id, _row(entry)) for entry in own])
            yield Told(feed, f"entries_{source}", f"entries {own[0].id}-{own[-1].id}", rows)


def _row(entry: Any) -> dict[str, Any]:
    _, happened_at, what, who = _FEEDS[entry.source]
    return {
        **entry.content,
        **({who: entry.author} if who else {}),
        what: entry.kind,
        happened_at: entry.given_at.isoformat(),
        "courier": entry.courier,
        "awb": entry.awb,
        "received_at": entry.received_at.isoformat(),
    }
