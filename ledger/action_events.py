"""What became of orders, told to the warehouse in the words of the feed courier_actions, as it was learnt.

A version of an action says: sent at `submitted_at`; from `responded_at` on the courier's word. Refuses: telling what
was neither sent nor refused, as the build wants it anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ledger.database import Ledger
from ledger.tables import action_events

#: What was asked, of an order's content.
_ASKED = ("action", "source", "instructed_at", "requested_on", "window_start", "window_end")
#: An order's state as the feed's `result`.
_RESULTS = {
    "accepted": "accepted",
    "rejected": "rejected",
    "unknown": "unknown",
    "processing": "unknown",
}


def tell(connection: sa.Connection, row: sa.Row[Any], values: Mapping[str, Any]) -> bool:
    """Add the event of an order that stood as `row` and now has `values` (columns of the outbox); whether there was
    something to tell."""
    result = _RESULTS.get(values["state"])
    is_same = (row.state, row.reason) == (values["state"], values["reason"]) and row.tries > 0
    if result is None or is_same:
        return False
    answered_at = values["answered_at"]
    content = {
        **{name: row.content.get(name) for name in _ASKED},
        "action_id": row.action_id,
        "courier": row.courier,
        "awb": row.awb,
        "submitted_at": row.sent_at.isoformat() if row.sent_at else None,
        "responded_at": answered_at.isoformat() if answered_at else None,
        "result": result,
        "result_reason": "processing" if values["state"] == "processing" else values["reason"],
        "courier_reference": values["reference"],
    }
    event = {"action_id": row.action_id, "content": content, "received_at": values["changed_at"]}
    connection.execute(sa.insert(action_events).values(event))
    return True


def after(ledger: Ledger, position: int, limit: int) -> list[sa.Row[Any]]:
    """Up to so many events whose id is greater than `position`, in order of their ids. Raises LedgerUnavailable."""
    statement = sa.select(action_events).where(action_events.c.id > position).order_by(action_events.c.id)
    with ledger.read() as connection:
        return list(connection.execute(statement.limit(limit)).all())
