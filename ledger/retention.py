"""Which receipts leave the ledger, and their leaving: a file at a time, archived and proven first, then deleted.

Owns: the transaction in which a file begins to count and its receipts go. Killed before it, the receipts are still
here and the file is finished by the next run; after it, they are in the file alone. Refuses: entries, which are few.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import sqlalchemy as sa

from ledger import archive
from ledger.archive import ArchiveFile, Contents
from ledger.database import Ledger
from ledger.errors import ArchiveBroken
from ledger.receipts import DOCUMENT, SCAN_KINDS
from ledger.tables import archived_messages, archives, receipts
from settings import IST

#: Most receipts, and most bytes of bodies, of one file and so of one transaction, during which webhooks wait.
_MOST, _MOST_BYTES = 10_000, 32 << 20


@dataclass(frozen=True)
class Rule:
    """What leaves for `folder`: what came before `before` and is loaded (`loaded_to`: the warehouse's position).

    Documents have no loader and leave by their age.
    """

    folder: Path
    before: datetime
    loaded_to: int

    @property
    def where(self) -> sa.ColumnElement[bool]:
        """The condition on receipts."""
        is_loaded = receipts.c.kind.in_(SCAN_KINDS) & (receipts.c.id <= self.loaded_to)
        return (receipts.c.received_at < self.before) & (is_loaded | (receipts.c.kind == DOCUMENT))


@dataclass(frozen=True)
class Old:
    """Receipts that are old enough: how many may leave, and how many stay because they are not loaded."""

    leaving: int
    staying: int


def oldest_kept(now: datetime, days: int) -> datetime:
    """The instant before which a receipt is old: midnight in IST, so that a day leaves as a whole."""
    return datetime.combine(now.astimezone(IST).date() - timedelta(days=days), time(), IST).astimezone(UTC)


def count_old(ledger: Ledger, rule: Rule) -> Old:
    """How many receipts are old. Raises LedgerUnavailable."""
    leaving = sa.func.count().filter(rule.where)
    with ledger.read() as connection:
        row = connection.execute(
            sa.select(sa.func.count(), leaving)
            .select_from(receipts)
            .where(receipts.c.received_at < rule.before)
        ).one()
    return Old(row[1], row[0] - row[1])


def finish(ledger: Ledger, folder: Path, now: datetime) -> list[tuple[ArchiveFile, int]]:
    """Finish what a killed run began: files that are named and whose receipts are still here, with their number. One
    that another run overtook, whose receipts are all elsewhere, is removed.

    For a holder of the writer's lock. Raises ArchiveBroken for a file whose receipts never were here,
    LedgerUnavailable.
    """
    archive.sweep(folder)
    with ledger.read() as connection:
        counting = {name for (name,) in connection.execute(sa.select(archives.c.name))}
    finished = []
    for file in archive.files(folder):
        if file.name in counting:
            continue
        contents = archive.prove(folder / file.name)
        if _is_overtaken(ledger, folder, file, contents):
            (folder / file.name).unlink()
        else:
            finished.append((file, _leave(ledger, file, contents, now)))
    return finished


def archive_next(ledger: Ledger, rule: Rule, now: datetime) -> tuple[ArchiveFile, int] | None:
    """Move the oldest receipts that may leave, as many as one file takes; the file and their number, None: none.

    For a holder of the writer's lock. Raises ArchiveBroken, LedgerUnavailable, OSError.
    """
    with ledger.read() as connection:
        oldest = sa.select(receipts.c.kind, receipts.c.received_at).where(rule.where)
        first = connection.execute(
            oldest.order_by(receipts.c.received_at, receipts.c.id).limit(1)
        ).one_or_none()
        if first is None:
            return None
        day = first.received_at.astimezone(IST).date()
        where = rule.where & _of_day(first.kind, day)
        sizes = (
            sa.select(receipts.c.id, sa.func.length(receipts.c.body).label("size"))
            .where(where)
            .order_by(receipts.c.id)
        )
        last, size = 0, 0
        for row in connection.execute(sizes.limit(_MOST)).all():
            size += row.size
            if last and size > _MOST_BYTES:
                break
            last = row.id
        chosen = sa.select(receipts).where(where & (receipts.c.id <= last)).order_by(receipts.c.id)
        rows = connection.execute(chosen).all()
    file = ArchiveFile(day, first.kind, rows[0].id, last)
    return file, _leave(ledger, file, archive.write(rule.folder, file, rows), now)


def _leave(ledger: Ledger, file: ArchiveFile, contents: Contents, now: datetime) -> int:
    where = _of_day(file.kind, file.day) & receipts.c.id.between(file.first_id, file.last_id)
    messages = sa.select(receipts.c.courier, receipts.c.message_id, receipts.c.id)
    known = messages.where(where & receipts.c.message_id.is_not(None))
    columns = ["courier", "message_id", "receipt_id"]
    row = {"first_id": file.first_id, "last_id": file.last_id, "receipts": len(contents), "left_at": now}
    with ledger.write(takes_long=True) as connection:
        connection.execute(sa.insert(archived_messages).from_select(columns, known))
        connection.execute(sa.insert(archives).values(name=file.name, kind=file.kind, **row))
        deleted = connection.execute(
            sa.delete(receipts).where(where).returning(receipts.c.id, receipts.c.digest)
        )
        if sorted(tuple(one) for one in deleted) != contents:
            raise ArchiveBroken(
                f"{file.name} holds other receipts than this ledger: nothing was deleted; move it away"
            )
    return len(contents)


def _is_overtaken(ledger: Ledger, folder: Path, file: ArchiveFile, contents: Contents) -> bool:
    """Whether a file that does not count holds what others do that count, and nothing that is in no other place."""
    overlapping = (archives.c.first_id <= file.last_id) & (archives.c.last_id >= file.first_id)
    ours = _of_day(file.kind, file.day) & receipts.c.id.between(file.first_id, file.last_id)
    with ledger.read() as connection:
        names = sa.select(archives.c.name).where(overlapping, archives.c.kind == file.kind)
        others = [str(name) for (name,) in connection.execute(names)]
        here = {
            tuple(row) for row in connection.execute(sa.select(receipts.c.id, receipts.c.digest).where(ours))
        }
    archived = {one for name in others for one in archive.prove(folder / name)}
    return not archived.isdisjoint(contents) and archived | here >= set(contents)


def _of_day(kind: str, day: date) -> sa.ColumnElement[bool]:
    begin = datetime.combine(day, time(), IST)
    came = receipts.c.received_at
    return (receipts.c.kind == kind) & (came >= begin) & (came < begin + timedelta(days=1))
