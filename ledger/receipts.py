"""Receipts: what couriers sent us, byte for byte, in the order in which it was kept.

Owns: keeping a group of them in one transaction, each message once, and reading them after a position.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from ledger.database import Ledger
from ledger.tables import archived_messages, receipts

#: Kinds of receipts whose bodies hold scans: what a courier pushed, and what its tracking API answered.
PUSH, TRACKING = SCAN_KINDS = ("push", "tracking")

#: The kind whose bodies are proofs of delivery.
DOCUMENT = "document"


@dataclass(frozen=True)
class Receipt:
    """What arrived, before it is kept. `received_at` is aware; `message_id` is the sender's id of the message."""

    courier: str
    kind: str
    body: bytes
    received_at: datetime
    headers: Mapping[str, str]
    source: str | None = None
    message_id: str | None = None

    @property
    def row(self) -> dict[str, Any]:
        """The columns of `ledger.tables.receipts`, but for the id."""
        return {**vars(self), "headers": dict(self.headers), "digest": sha256(self.body).hexdigest()}


@dataclass(frozen=True)
class Kept:
    """A receipt that is in the ledger. `is_new` is false where its message was there before; `headers` are those of
    the one that is there, none where it has left for the archive."""

    id: int
    is_new: bool
    headers: Mapping[str, str]


def keep(ledger: Ledger, group: Sequence[Receipt]) -> list[Kept]:
    """Keep a group in one transaction; on disk when this returns, one answer for each in the same order.

    Raises LedgerUnavailable, and RowRefused for a row that no try will keep; then nothing of the group is kept.
    """
    with ledger.write() as connection:
        known = _known(connection, group)
        fresh: list[Receipt] = []
        for receipt in group:
            key = _key(receipt)
            if key is None or key not in known:
                fresh.append(receipt)
            if key is not None:
                known.setdefault(key, None)
        ids: Iterable[int] = iter(())
        if fresh:
            statement = sa.insert(receipts).returning(receipts.c.id, sort_by_parameter_order=True)
            ids = iter(connection.scalars(statement, [receipt.row for receipt in fresh]).all())
        return _answers(group, known, {id(receipt) for receipt in fresh}, ids)


def after(ledger: Ledger, position: int, limit: int) -> list[sa.Row[Any]]:
    """Up to so many receipts whose id is greater than `position`, in order of their ids, with all columns."""
    statement = sa.select(receipts).where(receipts.c.id > position).order_by(receipts.c.id).limit(limit)
    with ledger.read() as connection:
        return list(connection.execute(statement).all())


def scans_after(ledger: Ledger, position: int, limit: int, most_bytes: int) -> list[sa.Row[Any]]:
    """As `after`, those with scans in them alone (SCAN_KINDS), and no more of them than have `most_bytes` in their
    bodies (but at least one)."""
    where = (receipts.c.id > position) & receipts.c.kind.in_(SCAN_KINDS)
    sizes = (
        sa.select(receipts.c.id, sa.func.length(receipts.c.body).label("size"))
        .where(where)
        .order_by(receipts.c.id)
    )
    with ledger.read() as connection:
        last = position
        for row in connection.execute(sizes.limit(limit)).all():
            most_bytes -= row.size
            if most_bytes < 0 and last > position:
                break
            last = row.id
        where &= receipts.c.id <= last
        return list(connection.execute(sa.select(receipts).where(where).order_by(receipts.c.id)).all())


def last_id(connection: sa.Connection) -> int:
    """The id of the last receipt, in the caller's transaction; 0: none."""
    return int(connection.scalar(sa.select(sa.func.max(receipts.c.id))) or 0)


Key = tuple[str, str]


def _key(receipt: Receipt) -> Key | None:
    return (receipt.courier, receipt.message_id) if receipt.message_id else None


def _known(connection: sa.Connection, group: Sequence[Receipt]) -> dict[Key, Kept | None]:
    """The messages of the group that the ledger has or had. No other writer can add one before our commit."""
    keys = sorted({key for key in map(_key, group) if key})
    if not keys:
        return {}
    here, gone = receipts.c, archived_messages.c
    left = connection.execute(
        sa.select(archived_messages).where(sa.tuple_(gone.courier, gone.message_id).in_(keys))
    )
    known: dict[Key, Kept | None] = {
        (row.courier, row.message_id): Kept(row.receipt_id, False, {}) for row in left
    }
    found = connection.execute(
        sa.select(here.courier, here.message_id, here.id, here.headers).where(
            sa.tuple_(here.courier, here.message_id).in_(keys)
        )
    )
    return known | {(row.courier, row.message_id): Kept(row.id, False, row.headers) for row in found}


def _answers(
    group: Sequence[Receipt], known: dict[Key, Kept | None], fresh: set[int], ids: Iterable[int]
) -> list[Kept]:
    numbers, answers = iter(ids), []
    for receipt in group:
        key = _key(receipt)
        if id(receipt) in fresh:
            answer = Kept(next(numbers), True, receipt.headers)
            if key:
                known[key] = Kept(answer.id, False, receipt.headers)
        else:
            earlier = known[key] if key else None
            if earlier is None:
                raise AssertionError("a receipt is new or its message is known")
            answer = earlier
        answers.append(answer)
    return answers
