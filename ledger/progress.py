"""How far the ledger is, and how far the warehouse is behind it.

Where a load goes on is written in the warehouse, in the transaction that stores the rows; what is noted here of it is
for metrics alone, made afterwards, and may be missing or old.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from operator import gt

import sqlalchemy as sa

from ledger.database import Ledger
from ledger.identity import last_given
from ledger.receipts import SCAN_KINDS
from ledger.tables import action_events, entries, progress, receipts

#: The one reader so far: the loader of schema raw.
RAW = "raw"


@dataclass(frozen=True)
class Heads:
    """The last ids of the ledger, or of what holds it: the last receipt with scans, the last entry, the last event of
    an order to a courier; 0: none.

    `given`: of a ledger, the highest ids that it ever gave to each.
    """

    receipt_id: int = 0
    entry_id: int = 0
    event_id: int = 0
    given: tuple[int, int, int] | None = field(default=None, compare=False)

    @property
    def ids(self) -> tuple[int, int, int]:
        """The three, in this order."""
        return self.receipt_id, self.entry_id, self.event_id

    def is_beyond(self, other: Heads) -> bool:
        """Whether something is here that is not there; also where what is there never came from this ledger, which
        whoever loads then says."""
        is_foreign = self.given and any(map(gt, other.ids, self.given))
        return bool(is_foreign) or any(map(gt, self.ids, other.ids))


def heads(ledger: Ledger) -> Heads:
    """The last ids that the warehouse could load now. Raises LedgerUnavailable."""
    scans = sa.select(receipts.c.id).where(receipts.c.kind.in_(SCAN_KINDS)).order_by(receipts.c.id.desc())
    with ledger.read() as connection:
        last_entry, last_event = (
            connection.scalar(sa.select(sa.func.max(table.c.id))) or 0 for table in (entries, action_events)
        )
        given = (
            last_given(connection, receipts),
            last_given(connection, entries),
            last_given(connection, action_events),
        )
        return Heads(connection.scalar(scans.limit(1)) or 0, last_entry, last_event, given)


@dataclass(frozen=True)
class Backlog:
    """Receipts with scans that are not loaded yet, since when the oldest of them waits (None: there is none), and how
    many receipts the loader has put into quarantine in all."""

    waiting: int
    oldest_at: datetime | None
    quarantined: int


def note_progress(ledger: Ledger, receipt_id: int, quarantined: int, moved_at: datetime) -> None:
    """Note up to which receipt the loader is done, and how many it has in quarantine. Raises LedgerUnavailable."""
    row = {"receipt_id": receipt_id, "quarantined": quarantined, "moved_at": moved_at}
    with ledger.write() as connection:
        updated = connection.execute(sa.update(progress).where(progress.c.reader == RAW).values(row))
        if not updated.rowcount:
            connection.execute(sa.insert(progress).values(reader=RAW, **row))


def backlog(ledger: Ledger) -> Backlog:
    """What waits to be loaded. Raises LedgerUnavailable."""
    with ledger.read() as connection:
        noted = connection.execute(sa.select(progress).where(progress.c.reader == RAW)).one_or_none()
        position, quarantined = (noted.receipt_id, noted.quarantined) if noted else (0, 0)
        where = (receipts.c.id > position) & receipts.c.kind.in_(SCAN_KINDS)
        count = connection.scalar(sa.select(sa.func.count()).select_from(receipts).where(where))
        oldest = sa.select(receipts.c.received_at).where(where).order_by(receipts.c.id).limit(1)
        return Backlog(int(count or 0), connection.scalar(oldest), int(quarantined))
