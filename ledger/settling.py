"""Orders that nobody answered, settled by a scan that shows what became of them, or by a person who asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ledger.action_events import tell
from ledger.database import Ledger
from ledger.outbox import OPEN, State
from ledger.tables import outbox

#: How an acceptance is known: a scan shows it, or the courier said so when it was asked.
SCAN, ASKED = "scan", "asked"


def settle_proven(ledger: Ledger, proofs: Mapping[str, datetime], now: datetime) -> int:
    """Of these orders, by the instant of the scan that shows it, those that are unclear were taken; how many it were.
    Raises LedgerUnavailable."""
    with ledger.write() as connection:
        # There are more proofs than a database takes in one question, and few that are open.
        unclear = connection.execute(sa.select(outbox).where(outbox.c.state.in_(OPEN))).all()
        rows = [row for row in unclear if row.action_id in proofs]
        for row in rows:
            _accept(connection, row, SCAN, proofs[row.action_id], now)
    return len(rows)


def settle_asked(ledger: Ledger, action_id: str, is_taken: bool, now: datetime) -> bool:
    """What the courier said of an unclear order when a person asked it: it has it, or it is to be sent again, if it is
    still wanted. False where the order is not unclear any more, or the courier is just being asked what became of it:
    its own answer counts for more. Raises LedgerUnavailable."""
    is_free = sa.or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now)
    where = (outbox.c.action_id == action_id) & outbox.c.state.in_(OPEN) & is_free
    with ledger.write() as connection:
        row = connection.execute(sa.select(outbox).where(where)).one_or_none()
        if row is None:
            return False
        if is_taken:
            _accept(connection, row, ASKED, now, now)
        else:
            again = {
                "state": State.waiting,
                "next_at": now,
                "changed_at": now,
                "claim": None,
                "lease_until": None,
            }
            connection.execute(sa.update(outbox).where(outbox.c.id == row.id).values(again))
    return True


def _accept(connection: sa.Connection, row: sa.Row[Any], how: str, at: datetime, now: datetime) -> None:
    values = {
        "state": State.accepted, "reason": how, "answered_at": at, "reference": row.reference, "changed_at": now,
        "claim": None, "lease_until": None,
    }  # fmt: skip
    connection.execute(sa.update(outbox).where(outbox.c.id == row.id).values(values))
    tell(connection, row, values)
