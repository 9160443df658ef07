"""What the last build wants of couriers, brought into the outbox.

Owns: the build that the outbox is in step with. Refuses: to touch an order that was begun; what a build does not want
any more is withdrawn only while it waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ledger.action_events import tell
from ledger.database import Ledger
from ledger.outbox import State
from ledger.tables import action_events, outbox, outbox_basis

#: Ids in one statement.
_PART = 500


@dataclass(frozen=True)
class Basis:
    """The build by which orders are wanted: its id, its instant, and up to where it holds the ledger."""

    build_id: str
    as_of: datetime
    receipt_id: int
    entry_id: int


@dataclass(frozen=True)
class Wanted:
    """An action that a build wants of a courier. `content` is JSON: the columns of the feed courier_actions that do not
    hang on the answer, and `order`, the fields of `couriers.actions.Order`. `refused`: why it cannot be asked of this
    courier at all, a word of `couriers.actions.REASONS`; None: it can."""

    action_id: str
    courier: str
    awb: str
    booked_with: str
    content: Mapping[str, Any] = field(repr=False)
    priority: int
    release_at: datetime
    expires_at: datetime | None = None
    refused: str | None = None


def bring_in_step(ledger: Ledger, basis: Basis, wanted: Sequence[Wanted], now: datetime) -> dict[str, int]:
    """Make the outbox say what the build wants: new orders, changed ones, and those that it wants no more; how many of
    each. Nothing of a build that is older than the one before. Raises LedgerUnavailable.
    """
    counts = {"new": 0, "changed": 0, "same": 0, "refused": 0, "withdrawn": 0}
    with ledger.write() as connection:
        last = connection.execute(sa.select(outbox_basis)).one_or_none()
        if last is not None and basis.as_of < last.as_of:
            return counts
        connection.execute(sa.delete(outbox_basis))
        connection.execute(sa.insert(outbox_basis).values(only=1, **vars(basis)))
        known = _known(connection, [one.action_id for one in wanted])
        for one in wanted:
            counts[_want(connection, one, known.get(one.action_id), now)] += 1
        counts["withdrawn"] = _withdraw(connection, {one.action_id for one in wanted}, now)
    return counts


def basis(ledger: Ledger) -> Basis | None:
    """The build that the outbox is in step with; None: none yet. Raises LedgerUnavailable."""
    with ledger.read() as connection:
        return basis_in(connection)


def basis_in(connection: sa.Connection) -> Basis | None:
    """As `basis`, in the caller's transaction."""
    row = connection.execute(sa.select(outbox_basis)).one_or_none()
    return Basis(row.build_id, row.as_of, row.receipt_id, row.entry_id) if row else None


def _known(connection: sa.Connection, action_ids: Sequence[str]) -> dict[str, sa.Row[Any]]:
    found: dict[str, sa.Row[Any]] = {}
    for part in _parts(action_ids):
        rows = connection.execute(sa.select(outbox).where(outbox.c.action_id.in_(part)))
        found |= {row.action_id: row for row in rows}
    return found


def _want(connection: sa.Connection, one: Wanted, row: sa.Row[Any] | None, now: datetime) -> str:
    asked = {
        "content": dict(one.content), "priority": one.priority, "release_at": one.release_at,
        "expires_at": one.expires_at, "booked_with": one.booked_with,
    }  # fmt: skip
    if row is None:
        fresh = {
            "action_id": one.action_id, "courier": one.courier, "awb": one.awb, "step": 0, "tries": 0,
            "next_at": one.release_at, "created_at": now, "changed_at": now, "reason": one.refused, "reference": None,
            "state": State.rejected if one.refused else State.waiting,
            "answered_at": now if one.refused else None,
        }  # fmt: skip
        connection.execute(sa.insert(outbox).values(**asked, **fresh))
        if one.refused:
            made = connection.execute(sa.select(outbox).where(outbox.c.action_id == one.action_id)).one()
            tell(connection, made, fresh)
        return "refused" if one.refused else "new"
    is_again = row.state == State.withdrawn
    is_other = row.state == State.waiting and any(
        getattr(row, name) != value for name, value in asked.items()
    )
    if not (is_again or is_other):
        return "same"
    next_at = one.release_at if is_again or row.tries == 0 else row.next_at
    # Calls that were made said something else: the plan of another order begins at its beginning.
    is_same_order = row.content["order"] == one.content["order"]
    step = row.step if is_same_order else 0
    values = {**asked, "state": State.waiting, "step": step, "next_at": next_at, "changed_at": now}
    connection.execute(sa.update(outbox).where(outbox.c.id == row.id).values(values))
    return "new" if is_again else "changed"


def _withdraw(connection: sa.Connection, wanted: set[str], now: datetime) -> int:
    ids = sa.select(outbox.c.action_id).where(outbox.c.state == State.waiting)
    waiting: Iterable[str] = connection.scalars(ids).all()
    gone = [action_id for action_id in waiting if action_id not in wanted]
    for part in _parts(gone):
        where = outbox.c.action_id.in_(part)
        connection.execute(sa.update(outbox).where(where).values(state=State.withdrawn, changed_at=now))
        _tell_withdrawn(connection, where, now)
    return len(gone)


def _tell_withdrawn(connection: sa.Connection, where: sa.ColumnElement[bool], now: datetime) -> None:
    """Of orders that were told to be unclear, and never arrived: they failed, as nobody sends them again."""
    told = sa.select(action_events.c.action_id)
    for row in connection.execute(sa.select(outbox).where(where, outbox.c.action_id.in_(told))).all():
        values = {
            "state": State.rejected, "reason": "expired", "reference": row.reference,
            "answered_at": now, "changed_at": now,
        }  # fmt: skip
        connection.execute(sa.update(outbox).where(outbox.c.id == row.id).values(values))
        tell(connection, row, values)


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _PART] for start in range(0, len(ids), _PART))
