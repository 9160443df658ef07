"""Lanes: each courier's interface is used by one dispatcher at a time, so that its limits hold for all of them.

Owns: who holds a lane, and its silence: what the courier asked for, or what its failures made us keep (the breaker),
which a restart and another machine keep as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ledger.database import Ledger
from ledger.tables import lanes


@dataclass(frozen=True)
class Lane:
    """A lane as it stands. `paused_until`: no call before, None: no pause; `trouble`: calls in a row that failed;
    `reason`: a word for the log."""

    booked_with: str
    held_by: str | None = None
    held_until: datetime | None = None
    paused_until: datetime | None = None
    trouble: int = 0
    reason: str | None = None


def hold(ledger: Ledger, booked_with: str, by: str, now: datetime, until: datetime) -> Lane | None:
    """Hold a lane, or go on holding it, until then; None while another holds it. Raises LedgerUnavailable."""
    with ledger.write() as connection:
        row = connection.execute(sa.select(lanes).where(lanes.c.booked_with == booked_with)).one_or_none()
        held = {"held_by": by, "held_until": until}
        if row is None:
            connection.execute(sa.insert(lanes).values(booked_with=booked_with, trouble=0, **held))
            return Lane(booked_with, by, until)
        is_anothers = row.held_by not in (None, by) and row.held_until is not None and row.held_until > now
        if is_anothers:
            return None
        connection.execute(sa.update(lanes).where(lanes.c.booked_with == booked_with).values(**held))
        return Lane(booked_with, by, until, row.paused_until, row.trouble, row.reason)


def note(ledger: Ledger, lane: Lane) -> None:
    """Note the lane's silence, while its dispatcher still holds it. Raises LedgerUnavailable."""
    values = {"paused_until": lane.paused_until, "trouble": lane.trouble, "reason": lane.reason}
    with ledger.write() as connection:
        where = (lanes.c.booked_with == lane.booked_with) & (lanes.c.held_by == lane.held_by)
        connection.execute(sa.update(lanes).where(where).values(**values))


def leave(ledger: Ledger, booked_with: str, by: str) -> None:
    """Give a lane to whoever wants it next. Raises LedgerUnavailable."""
    with ledger.write() as connection:
        where = (lanes.c.booked_with == booked_with) & (lanes.c.held_by == by)
        connection.execute(sa.update(lanes).where(where).values(held_by=None, held_until=None))


def all_lanes(ledger: Ledger) -> list[Lane]:
    """Every lane that was ever used. Raises LedgerUnavailable."""
    with ledger.read() as connection:
        rows = connection.execute(sa.select(lanes).order_by(lanes.c.booked_with)).all()
    return [Lane(**row._mapping) for row in rows]
