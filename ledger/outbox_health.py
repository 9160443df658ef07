"""How the outbox is: what waits too long, what is unclear, what failed; what goes wrong in it is counted here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ledger.database import Ledger
from ledger.outbox import OPEN, State
from ledger.tables import outbox

#: How long after its release an order may wait before it is stuck, and be unclear before a person is to ask.
STUCK_AFTER, RAISED_AFTER = timedelta(minutes=15), timedelta(hours=6)


@dataclass(frozen=True)
class Health:
    """Orders by state; those of them that are stuck (by courier, and since when the oldest waits) and that a person is
    to ask the courier about; orders of the last day that were sent, were refused, were either, and are unclear."""

    states: dict[str, int]
    stuck: dict[str, int]
    stuck_since: dict[str, datetime]
    raised: int
    sent_today: int
    failed_today: int
    handled_today: int
    unknown_today: int

    @property
    def unknown_share(self) -> float:
        """Of the orders sent in the last day, those of which we do not know what became; 0 where none was sent."""
        return self.unknown_today / self.sent_today if self.sent_today else 0.0

    @property
    def refused_share(self) -> float:
        """Of the orders sent or refused in the last day, those refused: also what was never sent, because it came too
        late or cannot be carried. 0 where there was none."""
        return self.failed_today / self.handled_today if self.handled_today else 0.0


def outbox_health(ledger: Ledger, now: datetime) -> Health:
    """The outbox as it is; `stuck` by interface. Raises LedgerUnavailable."""
    count, of = sa.func.count(), outbox.c
    late = (of.state == State.waiting) & (of.release_at <= now - STUCK_AFTER)
    # What waits was put off, or never left.
    today = (of.sent_at > now - timedelta(days=1)) & (of.state != State.waiting)
    refused = (of.state == State.rejected) & (of.changed_at > now - timedelta(days=1))
    with ledger.read() as connection:

        def number(*where: sa.ColumnElement[bool]) -> int:
            return int(connection.scalar(sa.select(count).select_from(outbox).where(*where)) or 0)

        def numbers(of_what: sa.Column[Any], *where: sa.ColumnElement[bool]) -> dict[str, int]:
            found = connection.execute(sa.select(of_what, count).where(*where).group_by(of_what))
            return {row[0]: int(row[1]) for row in found}

        def oldest(where: sa.ColumnElement[bool]) -> dict[str, datetime]:
            since = sa.select(of.booked_with, sa.func.min(of.release_at)).where(where)
            return {row[0]: row[1] for row in connection.execute(since.group_by(of.booked_with))}

        return Health(
            numbers(of.state),
            numbers(of.booked_with, late),
            oldest(late),
            number(of.state.in_(OPEN), of.sent_at <= now - RAISED_AFTER),
            number(today),
            number(refused),
            number(refused | today),
            number(today, of.state.in_(OPEN)),
        )
