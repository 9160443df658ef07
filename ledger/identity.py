"""Which ledger this is, and how far its ids ever went: what a reader's position is held to.

An id says nothing without its ledger. In another ledger, or in an older copy of the same, ids begin again below a
position, and what gets them would never be read.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from ledger.database import Ledger
from ledger.tables import action_events, entries, receipts
from ledger.tables import identity as table


@dataclass(frozen=True)
class Identity:
    """`ledger_id`: made by chance; the others are the highest ids that the ledger ever gave to receipts, entries and
    events of orders, 0: none."""

    ledger_id: str
    receipt_id: int
    entry_id: int
    event_id: int


def identity(ledger: Ledger) -> Identity:
    """Which ledger it is. Raises LedgerUnavailable."""
    with ledger.read() as connection:
        ledger_id = str(connection.execute(sa.select(table.c.ledger_id)).scalar_one())
        return Identity(
            ledger_id, *(last_given(connection, one) for one in (receipts, entries, action_events))
        )


def last_given(connection: sa.Connection, of: sa.Table) -> int:
    """The highest id that a table ever gave, rows that left or were undone included; 0: none."""
    if connection.dialect.name == "sqlite":
        statement = "select seq from sqlite_sequence where name = :name"
    else:
        statement = "select pg_sequence_last_value(pg_get_serial_sequence(:name, 'id')::regclass)"
    return int(connection.scalar(sa.text(statement), {"name": of.name}) or 0)
