"""The outbox: what is wanted of couriers, and how far each order is; every step is one transaction.

An order begins as `waiting`. It is `sending` from before the first byte leaves until its answer is kept: whoever dies
in between leaves an order that may have arrived, and it becomes `unknown`, never `waiting` again by itself. Owns: the
states and who may change them. Refuses: deciding what is wanted (`ledger.wanted`), and anything of the network.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from ledger.action_events import tell
from ledger.database import Ledger
from ledger.news import parcels_with_news
from ledger.receipts import last_id
from ledger.tables import outbox, outbox_basis


class State(StrEnum):
    """waiting: to be sent; sending: perhaps on its way; processing: taken, not yet applied; unknown: perhaps taken;
    accepted, rejected: the courier's word; withdrawn: not wanted any more before anything was sent."""

    waiting = "waiting"
    sending = "sending"
    processing = "processing"
    unknown = "unknown"
    accepted = "accepted"
    rejected = "rejected"
    withdrawn = "withdrawn"


#: States in which what becomes of an order is still to be found out by asking.
OPEN = (State.processing, State.unknown)


@dataclass(frozen=True)
class Claim:
    """Who is at some orders: a word that nobody else has, since when, and until when at most."""

    by: str
    at: datetime
    until: datetime


@dataclass(frozen=True)
class Step:
    """What came of an order at which `claim` was, at its try of that number. `is_step_done`: the next call of its plan
    is due; `next_at`: when it may be tried or read back again."""

    action_id: str
    claim: str
    tries: int
    state: State
    at: datetime
    next_at: datetime
    reason: str | None = None
    reference: str | None = None
    is_step_done: bool = False


def due(ledger: Ledger, booked_with: str, now: datetime, limit: int) -> list[sa.Row[Any]]:
    """The waiting orders of one interface that may be sent, the most urgent first, with all columns."""
    where = (outbox.c.state == State.waiting) & (outbox.c.booked_with == booked_with)
    where &= (outbox.c.next_at <= now) & (outbox.c.release_at <= now)
    order = (outbox.c.priority, outbox.c.release_at, outbox.c.id)
    with ledger.read() as connection:
        return list(connection.execute(sa.select(outbox).where(where).order_by(*order).limit(limit)).all())


def begin(ledger: Ledger, action_ids: Collection[str], claim: Claim, checked_to: int) -> list[sa.Row[Any]]:
    """Claim those orders that may leave now, with all columns as they stood before: from here on they count as perhaps
    sent, and this is a try more.

    One of whose parcel the ledger holds news that the build has not seen stays: the next build decides. `checked_to`:
    the receipt up to which the caller has looked for such news. Raises LedgerUnavailable.
    """
    with ledger.write() as connection:
        rows = connection.execute(
            sa.select(outbox)
            .where(outbox.c.action_id.in_(action_ids), outbox.c.state == State.waiting)
            .where(outbox.c.next_at <= claim.at, outbox.c.release_at <= claim.at)
            .where(sa.or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > claim.at))
        ).all()
        if not rows:
            return []
        parcels = [(row.courier, row.awb) for row in rows]
        known = connection.execute(sa.select(outbox_basis)).one()
        told = parcels_with_news(connection, parcels, max(known.receipt_id, checked_to), known.entry_id)
        free = [row for row in rows if (row.courier, row.awb) not in told]
        ids = [row.action_id for row in free]
        values = {"state": State.sending, "sent_at": claim.at, "changed_at": claim.at, **_held(claim)}
        values["known_to"] = last_id(connection)
        connection.execute(
            sa.update(outbox).where(outbox.c.action_id.in_(ids)).values(tries=outbox.c.tries + 1, **values)
        )
        return list(free)


def settle(ledger: Ledger, steps: Iterable[Step]) -> int:
    """Keep what came of orders, with an event for each word that the warehouse does not have; how many of them there
    were. Who lost his claim changes nothing, but a plain yes or no to the last try counts whenever it comes.

    Raises LedgerUnavailable.
    """
    told = 0
    with ledger.write() as connection:
        for one in steps:
            row = connection.execute(sa.select(outbox).where(outbox.c.action_id == one.action_id)).one()
            if not _may(row, one):
                continue
            is_final = one.state in (State.accepted, State.rejected)
            values = {
                "state": one.state,
                "step": row.step + one.is_step_done,
                "reason": one.reason,
                "reference": one.reference or row.reference,
                "answered_at": one.at if is_final else None,
                "next_at": one.next_at,
                "changed_at": one.at,
                "claim": None,
                "lease_until": None,
            }
            connection.execute(sa.update(outbox).where(outbox.c.id == row.id).values(values))
            told += tell(connection, row, values)
    return told


def due_to_read_back(ledger: Ledger, booked_with: str, claim: Claim, limit: int) -> list[sa.Row[Any]]:
    """Claim orders of one interface of which is to be asked what became of them, with all columns. Raises
    LedgerUnavailable."""
    is_free = sa.or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= claim.at)
    where = outbox.c.state.in_(OPEN) & (outbox.c.booked_with == booked_with) & is_free
    where &= outbox.c.next_at <= claim.at
    with ledger.write() as connection:
        rows = connection.execute(
            sa.select(outbox).where(where).order_by(outbox.c.next_at).limit(limit)
        ).all()
        ids = [row.action_id for row in rows]
        connection.execute(sa.update(outbox).where(outbox.c.action_id.in_(ids)).values(_held(claim)))
        return list(rows)


def has_open(ledger: Ledger, booked_with: str, now: datetime) -> bool:
    """Whether an order of this interface is to be read back by now. Raises LedgerUnavailable."""
    where = outbox.c.state.in_(OPEN) & (outbox.c.booked_with == booked_with) & (outbox.c.next_at <= now)
    with ledger.read() as connection:
        return connection.scalar(sa.select(outbox.c.id).where(where).limit(1)) is not None


def is_work(ledger: Ledger, interfaces: Sequence[str], now: datetime) -> bool:
    """Whether one of these interfaces has an order to send or to read back by now. Raises LedgerUnavailable."""
    states = (State.waiting, *OPEN)
    where = outbox.c.state.in_(states) & outbox.c.booked_with.in_(interfaces) & (outbox.c.next_at <= now)
    with ledger.read() as connection:
        return connection.scalar(sa.select(outbox.c.id).where(where).limit(1)) is not None


def tidy(ledger: Ledger, now: datetime) -> dict[str, int]:
    """What time alone does: orders whose sender died are unknown, those that came too late are refused; how many of
    each. Raises LedgerUnavailable."""
    lost = (outbox.c.state == State.sending) & (outbox.c.lease_until <= now)
    late = (outbox.c.state == State.waiting) & (outbox.c.expires_at <= now)
    # Asked several times a second: only where there is something to do are other writers kept waiting.
    with ledger.read() as connection:
        if connection.scalar(sa.select(outbox.c.id).where(lost | late).limit(1)) is None:
            return {"unknown": 0, "expired": 0}
    with ledger.write() as connection:
        counts = {}
        for name, where, state in (("unknown", lost, State.unknown), ("expired", late, State.rejected)):
            rows = connection.execute(sa.select(outbox).where(where)).all()
            for row in rows:
                # Why it could not go says more than that its time is over.
                reason = (row.reason or "expired") if state is State.rejected else "sender_died"
                values = {
                    "state": state, "reason": reason, "next_at": now, "changed_at": now, "claim": None,
                    "lease_until": None, "answered_at": now if state is State.rejected else None,
                    "reference": row.reference,
                }  # fmt: skip
                connection.execute(sa.update(outbox).where(outbox.c.id == row.id).values(values))
                tell(connection, row, values)
            counts[name] = len(rows)
    return counts


def of_parcel(ledger: Ledger, courier: str, awb: str) -> list[sa.Row[Any]]:
    """A parcel's orders in the order in which they were first wanted, with all columns. Raises LedgerUnavailable."""
    where = (outbox.c.courier == courier) & (sa.func.upper(outbox.c.awb) == awb.upper())
    with ledger.read() as connection:
        return list(connection.execute(sa.select(outbox).where(where).order_by(outbox.c.id)).all())


def _held(claim: Claim) -> dict[str, Any]:
    return {"claim": claim.by, "lease_until": claim.until}


def _may(row: sa.Row[Any], one: Step) -> bool:
    if row.claim == one.claim:
        return True
    is_word = one.state in (State.accepted, State.rejected) and row.tries == one.tries
    return is_word and row.state in (State.sending, *OPEN)
