"""Polls: when each parcel was last asked about, and how each round of asking went.

A restart goes on from here. Refuses: to decide who is asked next; that is the poller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ledger.database import Ledger
from ledger.tables import poll_rounds, polls

#: A parcel: the courier whose AWB it is, and the AWB.
Key = tuple[str, str]


@dataclass(frozen=True)
class Poll:
    """The last time that a parcel was asked about: when, the digests of the question and of the answer's body."""

    asked_at: datetime
    question: str
    digest: str | None


@dataclass(frozen=True)
class Round:
    """How one round went. `began_at` is the start of its period, `ended_at` when its last call was answered; `due`
    counts the parcels to ask about, `asked` those of them that were; `kept` the answers that went into the ledger."""

    asked_of: str
    began_at: datetime
    ended_at: datetime
    due: int
    asked: int
    calls: int
    kept: int
    waits: int
    errors: int

    @property
    def share(self) -> float | None:
        """The share of the due parcels that were asked about, 0 to 1; None where none was due."""
        return self.asked / self.due if self.due else None


def last_polls(ledger: Ledger, asked_of: str) -> dict[Key, Poll]:
    """The last poll of every parcel that was asked of this API. Raises LedgerUnavailable."""
    columns = (polls.c.courier, polls.c.awb, polls.c.asked_at, polls.c.question, polls.c.digest)
    with ledger.read() as connection:
        rows = connection.execute(sa.select(*columns).where(polls.c.asked_of == asked_of)).all()
    return {(row.courier, row.awb): Poll(row.asked_at, row.question, row.digest) for row in rows}


def note_polls(ledger: Ledger, asked_of: str, group: Iterable[tuple[Iterable[Key], Poll]]) -> None:
    """Note groups of parcels with the poll that asked about them, in one transaction. Raises LedgerUnavailable."""
    with ledger.write() as connection:
        for keys, poll in group:
            found = sorted(set(keys))
            where = (polls.c.asked_of == asked_of) & sa.tuple_(polls.c.courier, polls.c.awb).in_(found)
            connection.execute(sa.delete(polls).where(where))
            rows = [
                {"asked_of": asked_of, "courier": courier, "awb": awb, **vars(poll)} for courier, awb in found
            ]
            connection.execute(sa.insert(polls), rows)


def note_round(ledger: Ledger, done: Round, forget: Mapping[str, datetime]) -> None:
    """Note a round in the place of what was noted of its period, and forget this API's rows that are older than
    `forget` says for "polls" and "rounds". Raises LedgerUnavailable."""
    where = (poll_rounds.c.asked_of == done.asked_of) & (poll_rounds.c.began_at == done.began_at)
    with ledger.write() as connection:
        connection.execute(sa.delete(poll_rounds).where(where))
        connection.execute(sa.insert(poll_rounds).values(vars(done)))
        old_polls = (polls.c.asked_of == done.asked_of) & (polls.c.asked_at < forget["polls"])
        connection.execute(sa.delete(polls).where(old_polls))
        old_rounds = (poll_rounds.c.asked_of == done.asked_of) & (poll_rounds.c.began_at < forget["rounds"])
        connection.execute(sa.delete(poll_rounds).where(old_rounds))


def round_of(ledger: Ledger, asked_of: str, began_at: datetime) -> Round | None:
    """What is noted of one period. Raises LedgerUnavailable."""
    where = (poll_rounds.c.asked_of == asked_of) & (poll_rounds.c.began_at == began_at)
    with ledger.read() as connection:
        row = connection.execute(sa.select(poll_rounds).where(where)).one_or_none()
    return Round(**row._mapping) if row else None


def last_rounds(ledger: Ledger) -> list[Round]:
    """The last round of every API that was asked, by its slug. Raises LedgerUnavailable."""
    last = (
        sa.select(poll_rounds.c.asked_of, sa.func.max(poll_rounds.c.began_at).label("began_at"))
        .group_by(poll_rounds.c.asked_of)
        .subquery()
    )
    same = (poll_rounds.c.asked_of == last.c.asked_of) & (poll_rounds.c.began_at == last.c.began_at)
    statement = sa.select(poll_rounds).join(last, same).order_by(poll_rounds.c.asked_of)
    with ledger.read() as connection:
        return [Round(**row._mapping) for row in connection.execute(statement).all()]
