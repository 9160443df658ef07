"""What people entered, from the ledger into raw.customer_feedback, raw.ops_feedback and raw.escalations: exactly once,
at the same door as files.

An entry's content has the names of the feed's columns (`ingestion.feeds`); who said it, what and when stands in the
entry's own columns. An `undo` is a row of the instant of the entry that it takes back, which its content names.
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

#: By who speaks, or of what: the feed, and its columns for when it was said, what was said, and by whom. What an
#: escalation says stands in its content alone.
_FEEDS = {
    "customer": ("customer_feedback", "responded_at", "response", None),
    "operations": ("ops_feedback", "acted_at", "entry", "agent"),
    "escalations": ("escalations", "escalated_at", None, "agent"),
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
    for subject, (feed, *_) in _FEEDS.items():
        own = [entry for entry in group if _subject(entry) == subject]
        if own:
            rows = canonical(feed, [(entry.id, _row(entry)) for entry in own])
            yield Told(feed, f"entries_{subject}", f"entries {own[0].id}-{own[-1].id}", rows)


def _subject(entry: Any) -> str:
    """The key of _FEEDS: an escalation is about a judgement, everything else about the parcel."""
    return "escalations" if entry.kind == "escalation" else str(entry.source)


def _row(entry: Any) -> dict[str, Any]:
    _, happened_at, what, who = _FEEDS[_subject(entry)]
    undone_at = entry.content.get("given_at") if entry.kind == "undo" else None
    return {
        **entry.content,
        **({who: entry.author} if who else {}),
        **({what: entry.kind} if what else {}),
        happened_at: undone_at or entry.given_at.isoformat(),
        "courier": entry.courier,
        "awb": entry.awb,
        "received_at": entry.received_at.isoformat(),
    }
