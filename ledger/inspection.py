"""What a person wants to know of a ledger and its archive; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from ledger.database import Ledger, migrations
from ledger.tables import archives, receipts


@dataclass(frozen=True)
class Condition:
    """`size` and `unused` in bytes: what the database takes on disk, and what of it is free for what comes (PostgreSQL:
    0, it does not say). `oldest_at`: when the oldest receipt came. `missing`: files that count and are not there."""

    size: int
    unused: int
    oldest_at: datetime | None
    archived: int
    missing: tuple[str, ...]


def is_current(ledger: Ledger) -> bool:
    """Whether the ledger has this version's tables. Raises LedgerUnavailable."""
    with ledger.read() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(migrations()).get_current_head()


def inspect(ledger: Ledger, archive: Path) -> Condition:
    """The condition of a ledger with this version's tables. Raises LedgerUnavailable."""
    with ledger.read() as connection:
        if ledger.engine.dialect.name == "sqlite":
            page, pages, free = (
                int(connection.exec_driver_sql(f"pragma {name}").scalar() or 0)
                for name in ("page_size", "page_count", "freelist_count")
            )
            size, unused = page * pages, page * free
        else:
            size, unused = connection.scalar(sa.text("select pg_database_size(current_database())")) or 0, 0
        oldest = connection.scalar(sa.select(sa.func.min(receipts.c.received_at)))
        named = connection.execute(sa.select(archives.c.name).order_by(archives.c.name)).all()
        names = [str(row.name) for row in named]
    missing = tuple(name for name in names if not (archive / name).is_file())
    return Condition(size, unused, oldest, len(names), missing)


def has_receipts_of(ledger: Ledger, courier: str) -> bool:
    """Whether the ledger holds a receipt of a courier. Raises LedgerUnavailable."""
    found = sa.select(receipts.c.id).where(receipts.c.courier == courier).limit(1)
    with ledger.read() as connection:
        return connection.scalar(found) is not None
