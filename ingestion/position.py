"""Up to where the warehouse holds the ledger, and which ledger that is.

Owns: the tables raw.<name>_position, of one row each at most, for receipts, entries and events of orders. Refuses: to
go on from a position in another ledger, or in an older copy of the same: what has an id up to the position there would
never be loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from ledger.database import Ledger
from ledger.errors import OtherLedger
from ledger.identity import Identity, identity

_NAMES = ("receipt", "entry", "event")
_MEND = "bring that one back, or run ndr rebuild, which makes the warehouse from the ledger that is here"


@dataclass(frozen=True)
class Position:
    """`name`: receipt, entry or event; `last_id` of the ledger `ledger_id`; `newest_at`: when the newest that
    the ledger told since the position before came, by the clock of whoever took it."""

    name: str
    last_id: int
    ledger_id: str
    newest_at: datetime


def position_of(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """The last id of the ledger that the warehouse holds; 0: none. `name`: receipt, entry or event."""
    row = connection.execute(f"select coalesce(max({name}_id), 0) from raw.{name}_position").fetchone()
    return int(row[0]) if row else 0


def newest_at(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """When the newest of all that the ledger told came (UTC), by the clock of whoever took it; None: nothing did."""
    both = " union all ".join(f"select newest_at from raw.{name}_position" for name in _NAMES)
    row = connection.execute(f"select max(newest_at) from ({both})").fetchone()
    return row[0] if row else None


def move(connection: duckdb.DuckDBPyConnection, to: Position, now: datetime) -> None:
    """Replace the position; within the caller's transaction."""
    table = f"raw.{to.name}_position"
    row = connection.execute(f"select max(newest_at) from {table}").fetchone()
    newest = max(to.newest_at, row[0]) if row and row[0] else to.newest_at
    connection.execute(f"delete from {table}")
    connection.execute(
        f"insert into {table} ({to.name}_id, moved_at, ledger_id, newest_at) values (?, ?, ?, ?)",
        [to.last_id, now, to.ledger_id, newest],
    )


def hold_to(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> str:
    """The ledger's id, which is that of the positions: one that an earlier version wrote is taken to be of this ledger.

    Raises OtherLedger, LedgerUnavailable.
    """
    found = identity(ledger)
    check(connection, found)
    for name in _NAMES:
        connection.execute(
            f"update raw.{name}_position set ledger_id = ? where ledger_id is null", [found.ledger_id]
        )
    return found.ledger_id


def check(connection: duckdb.DuckDBPyConnection, found: Identity) -> None:
    """Raises OtherLedger unless the positions can be of this ledger. Changes nothing."""
    for name, given in zip(_NAMES, (found.receipt_id, found.entry_id, found.event_id), strict=True):
        row = connection.execute(f"select {name}_id, ledger_id from raw.{name}_position").fetchone()
        if row and row[1] not in (None, found.ledger_id):
            raise OtherLedger(f"the warehouse was loaded from another ledger: {_MEND}")
        if row and row[0] > given:
            raise OtherLedger(
                f"the warehouse was loaded from a newer ledger, up to {name} {row[0]:,}, and this one is an older copy"
                f" with {given:,}: {_MEND}"
            )
