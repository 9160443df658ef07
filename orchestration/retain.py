"""Moves old receipts from the ledger to the archive, a file at a time, and says what came of it.

The writer's lock is held for one file and given back, so that a build waits seconds and not for all that is old.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from ingestion.receipts import loaded_to
from ledger.archive import ArchiveFile
from ledger.database import Ledger, has_ledger, open_ledger
from ledger.retention import Old, Rule, archive_next, count_old, finish, oldest_kept
from orchestration.lock import Say, silent, writer_lock
from settings import Settings

#: Seconds between two files, for whoever waits for the lock: the kernel does not queue.
_BREATH = 0.2


@dataclass(frozen=True)
class Retained:
    """What a run moved: files with the number of receipts in each; `staying`: old ones that are not loaded."""

    files: tuple[tuple[ArchiveFile, int], ...] = ()
    staying: int = 0

    @property
    def receipts(self) -> int:
        """How many receipts left."""
        return sum(number for _, number in self.files)

    def line(self) -> str:
        """The result in one line."""
        days = sorted({file.day for file, _ in self.files})
        moved = "no receipt left the ledger"
        if days:
            span = f"{days[0]}" if len(days) == 1 else f"{days[0]} to {days[-1]}"
            moved = f"{self.receipts:,} receipts of {span} left the ledger for {len(self.files)} files"
        return moved + (f"; {self.staying:,} old ones stay until a build loads them" if self.staying else "")


def retain(settings: Settings, say: Say = silent) -> Retained:
    """Move every receipt that is old and loaded. Raises LedgerError, WarehouseBusy, OSError."""
    if not has_ledger(settings):
        return Retained()
    ledger = open_ledger(settings)
    try:
        with writer_lock(settings.data_dir, "retain", say):
            loaded_to(settings, ledger)  # refuses another ledger before anything is touched
            files = finish(ledger, settings.receipts_dir, settings.now())
        while moved := _one(settings, ledger, say):
            files.append(moved)
            time.sleep(_BREATH)
        return Retained(tuple(files), _old(settings, ledger, say).staying)
    finally:
        ledger.close()


def look(settings: Settings, say: Say = silent) -> str:
    """What `retain` would move, in one line. Raises LedgerError, WarehouseBusy."""
    old = Old(0, 0)
    if has_ledger(settings):
        ledger = open_ledger(settings)
        try:
            old = _old(settings, ledger, say)
        finally:
            ledger.close()
    return f"{old.leaving:,} receipts would leave the ledger" + (
        f"; {old.staying:,} old ones stay until a build loads them" if old.staying else ""
    )


def _one(settings: Settings, ledger: Ledger, say: Say) -> tuple[ArchiveFile, int] | None:
    with writer_lock(settings.data_dir, "retain", say):
        return archive_next(ledger, _rule(settings, loaded_to(settings, ledger)), settings.now())


def _old(settings: Settings, ledger: Ledger, say: Say) -> Old:
    with writer_lock(settings.data_dir, "retain", say):
        return count_old(ledger, _rule(settings, loaded_to(settings, ledger)))


def _rule(settings: Settings, position: int) -> Rule:
    return Rule(settings.receipts_dir, oldest_kept(settings.now(), settings.ledger_days), position)
