"""What can go wrong with the ledger; no message holds a value that somebody sent.

LedgerError             a line for the person who runs it
├── LedgerUnavailable   it cannot take anything now (disk full, locked, gone): nothing was kept, try again
│   └── LedgerBusy      too much waits to be written
├── RowRefused          the database never takes this row
├── ArchiveBroken       a file of the archive is missing or holds something else; nothing was deleted
├── OtherLedger         the warehouse was loaded from another ledger, or from a newer state of this one
└── VersionConflict     somebody else entered something about the parcel in between; nothing was kept
"""

from __future__ import annotations


class LedgerError(Exception):
    """The ledger refused; nothing of the transaction is kept."""


class LedgerUnavailable(LedgerError):
    """The ledger cannot write or read at the moment; the same request may succeed later."""


class LedgerBusy(LedgerUnavailable):
    """More waits to be written than is held in memory, or the writer is stopping."""


class RowRefused(LedgerError):
    """The database never takes this row; nothing of the transaction is kept."""


class ArchiveBroken(LedgerError):
    """A file of the archive is not what the ledger says it is."""


class OtherLedger(LedgerError):
    """A reader's position is not one of this ledger's."""


class VersionConflict(LedgerError):
    """The parcel's entries are not at the version that the person saw."""
