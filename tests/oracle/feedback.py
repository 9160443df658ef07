"""What customers answered and agents entered: which words ask for something, and which of two of one instant stands.

Owns: SEMANTICS on feedback as instructions, and its copies. Refuses: what a courier made of it.
"""

from __future__ import annotations

from datetime import datetime

from tests.oracle.facts import Row, instant
from tests.oracle.submissions import LONG_AGO

Wish = tuple[Row, datetime]
_RESPONSES = {
    "reattempt": "reattempt",
    "refuse": "rto",
    "already_delivered": "mark_delivered",
    "update_details": "reattempt",
}
_ENTRIES = {"reattempt", "rto", "mark_delivered", "hold", "fake_attempt"}


def requests_of(feeds: dict[str, list[Row]], now: datetime) -> dict[tuple[str, str, datetime], list[Wish]]:
    """(source, action, instant) -> the rows known by now that ask for it, each with when it was learnt."""
    found: dict[tuple[str, str, datetime], list[Wish]] = {}
    for source, action, at, row in _told(feeds):
        # "Scans and feedback by received_at".
        learnt_at = instant(row.get("received_at")) or at
        if learnt_at <= now:
            found.setdefault((source, action, at), []).append((row, learnt_at))
    return found


def _told(feeds: dict[str, list[Row]]) -> list[tuple[str, str, datetime, Row]]:
    told = []
    for row in feeds.get("customer_feedback", []):
        if row["response"] in _RESPONSES:
            told.append(("customer", _RESPONSES[row["response"]], instant(row["responded_at"]), row))
    for row in feeds.get("ops_feedback", []):
        if row["entry"] in _ENTRIES:
            told.append(("operations", row["entry"], instant(row["acted_at"]), row))
    return [(source, action, at, row) for source, action, at, row in told if at is not None]


def standing(wishes: list[Wish]) -> Row:
    """Of rows of one source, kind and instant: plain words, the last learnt, the later date; then the wider window."""
    # "Feedback is identified by all its columns but received_at": a copy is no news.
    first: dict[str, tuple[datetime, Row]] = {}
    for row, learnt_at in wishes:
        identity = repr(sorted((name, value) for name, value in row.items() if name != "received_at"))
        if identity not in first or learnt_at < first[identity][0]:
            first[identity] = (learnt_at, row)
    return max(first.values(), key=lambda pair: _recency(*pair), default=(LONG_AGO, {}))[1]


def _recency(learnt_at: datetime, row: Row) -> tuple[bool, datetime, str, str, str]:
    is_plain = row.get("response") != "update_details"
    start, end = row.get("window_start") or "~", row.get("window_end") or "~"
    return (is_plain, learnt_at, row.get("requested_on") or "", start, end)
