"""Entries: what agents and customers told us about a parcel, each in its order.

Owns: the versions. Whoever decides on what they saw names the version that they saw, and is refused when somebody
else entered something since; whoever only tells us something (a customer, a call that was made) names none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ledger.database import Ledger
from ledger.errors import VersionConflict
from ledger.tables import entries

SOURCES = ("customer", "operations")


@dataclass(frozen=True)
class Entry:
    """What somebody said of a parcel. `source` is one of SOURCES; `author` is the agent, None for a customer;
    `given_at` is when it was said, `received_at` when we learnt it, both aware; `content` is JSON."""

    courier: str
    awb: str
    source: str
    author: str | None
    kind: str
    content: Mapping[str, Any]
    given_at: datetime
    received_at: datetime
    case_id: str | None = None


def enter(ledger: Ledger, entry: Entry, expected_version: int | None = None) -> int:
    """Keep an entry; returns the parcel's new version.

    `expected_version`: the version on which the person decided, 0 where there was no entry; None: whatever it is.
    Raises VersionConflict when it is another by now, ValueError for an unknown source, LedgerUnavailable.
    """
    return enter_all(ledger, [(entry, expected_version)])[0]


def enter_all(ledger: Ledger, group: Sequence[tuple[Entry, int | None]]) -> list[int]:
    """Keep entries with the versions that they expect, all or none; returns the version of each.

    An entry whose call_id the same person has on the parcel already is that entry: it is not kept again. Raises as
    `enter` does.
    """
    for entry, _ in group:
        if entry.source not in SOURCES:
            raise ValueError(f"source: expected one of {', '.join(SOURCES)}, got {entry.source!r}")
    with ledger.write() as connection:
        return [_enter(connection, entry, expected) for entry, expected in group]


def _enter(connection: sa.Connection, entry: Entry, expected_version: int | None) -> int:
    known = _call(connection, entry)
    if known is not None:
        return known
    found = _version(connection, entry.courier, entry.awb)
    if expected_version not in (None, found):
        raise VersionConflict(
            f"{entry.courier} {entry.awb}: somebody entered something in between; look again, then decide"
        )
    row = {**vars(entry), "awb": entry.awb.upper(), "content": dict(entry.content), "version": found + 1}
    connection.execute(sa.insert(entries).values(row))
    return found + 1


def _call(connection: sa.Connection, entry: Entry) -> int | None:
    """The version of the entry of the same author with the same call_id, if there is one."""
    call_id = entry.content.get("call_id")
    if call_id is None:
        return None
    where = (entries.c.courier == entry.courier) & (entries.c.awb == entry.awb.upper())
    rows = connection.execute(sa.select(entries.c.author, entries.c.content, entries.c.version).where(where))
    same = (
        row.version for row in rows if (row.author, row.content.get("call_id")) == (entry.author, call_id)
    )
    return next(same, None)


def version(ledger: Ledger, courier: str, awb: str) -> int:
    """The version of a parcel's entries; 0 where there is none."""
    with ledger.read() as connection:
        return _version(connection, courier, awb)


def of_parcel(ledger: Ledger, courier: str, awb: str) -> list[sa.Row[Any]]:
    """A parcel's entries in the order in which they were kept, with all columns."""
    return of_parcels(ledger, [(courier, awb)])


def of_parcels(ledger: Ledger, parcels: Sequence[tuple[str, str]]) -> list[sa.Row[Any]]:
    """The entries of parcels (courier, AWB), each parcel's in the order in which they were kept, with all columns."""
    named = [(courier, awb.upper()) for courier, awb in parcels]
    where = sa.tuple_(entries.c.courier, entries.c.awb).in_(named)
    statement = sa.select(entries).where(where).order_by(entries.c.courier, entries.c.awb, entries.c.version)
    with ledger.read() as connection:
        return list(connection.execute(statement).all())


def after(ledger: Ledger, position: int, limit: int) -> list[sa.Row[Any]]:
    """Up to so many entries whose id is greater than `position`, in order of their ids, with all columns."""
    statement = sa.select(entries).where(entries.c.id > position).order_by(entries.c.id).limit(limit)
    with ledger.read() as connection:
        return list(connection.execute(statement).all())


def _version(connection: sa.Connection, courier: str, awb: str) -> int:
    where = (entries.c.courier == courier) & (entries.c.awb == awb.upper())
    return int(connection.scalar(sa.select(sa.func.max(entries.c.version)).where(where)) or 0)
