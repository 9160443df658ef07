"""Whether the receiver could keep a webhook now: a trial of the ledger and a look at the disk."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import sqlalchemy as sa

from ledger.database import Ledger
from ledger.errors import LedgerError
from ledger.receipts import Receipt
from ledger.tables import receipts
from settings import Settings

#: Larger than what is left in a page, so that a full database has no place for it.
_TRIAL = Receipt("trial", "trial", bytes(64 * 1024), datetime(2000, 1, 1, tzinfo=UTC), {})

#: By the time first, which has an index.
_REMOVAL = sa.delete(receipts).where(
    receipts.c.received_at == _TRIAL.received_at, receipts.c.kind == _TRIAL.kind
)


class _TakenBack(Exception):
    pass


def problems(settings: Settings, ledger: Ledger, *, is_doubtful: bool = False) -> list[str]:
    """Why no webhook could be kept now, one line each; empty when one could.

    `is_doubtful`: the last one was not kept. Then the trial is written to the disk too, and removed: until a commit
    SQLite holds it in memory, and a bound that is not the disk's (a quota) shows in no other way.
    """
    found = []
    try:
        with ledger.write() as connection:
            was_killed = connection.execute(_REMOVAL).rowcount  # a trial between its two commits
            connection.execute(sa.insert(receipts).values(_TRIAL.row))
            if not (is_doubtful or was_killed):
                raise _TakenBack
        with ledger.write() as connection:
            connection.execute(_REMOVAL)
    except _TakenBack:
        pass
    except LedgerError as error:
        found.append(str(error))
    free = free_bytes(settings)
    if free < settings.least_free_mb << 20:
        found.append(
            f"{free / (1 << 20):,.0f} MB of disk are free, NDR_LEAST_FREE_MB is {settings.least_free_mb:,}"
        )
    return found


def free_bytes(settings: Settings) -> int:
    """Free bytes on the disk of the data folder."""
    return shutil.disk_usage(settings.data_dir).free
