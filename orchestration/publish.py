"""Publishing: a build that passed its checks becomes what readers open, by rename.

Owns the two published files, byte copies of checkpointed ones: `warehouse.duckdb` (0644) of the marts, in which
personal data never was, and `operations.duckdb` (0600) of the schema `personal`, which the agents' pages read beside
it. A reader that opened a file before goes on reading the build it opened; one that opens after gets the new one
whole.
Refuses: to write into a published file, and to be called before the checks have passed.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb

from ledger.progress import Heads
from orchestration.errors import PublishError
from settings import Settings

WAREHOUSE_MODE = 0o644
OPERATIONS_MODE = 0o600


def publish(marts: Path, personal: Path, folder: Path, build_id: str) -> list[Path]:
    """Copy, sync and rename both files into `folder`; gives their paths. Raises PublishError, OSError.

    Both copies are complete on disk before the first rename, and the analysts' file is renamed last: for an instant a
    page may show a name of the new build beside a case of the one before, which is the same case.
    """
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o755)
    sweep(folder)
    operations, warehouse = folder / "operations.duckdb", folder / "warehouse.duckdb"
    new_operations = folder / f".operations.{build_id}.tmp"
    new_warehouse = folder / f".warehouse.{build_id}.tmp"
    try:
        for path in (marts, personal):
            checkpoint(path)
        _copy(personal, new_operations, OPERATIONS_MODE)
        _sync(new_operations)
        _copy(marts, new_warehouse, WAREHOUSE_MODE)
        _sync(new_warehouse)
        _swap(new_operations, operations)
        _swap(new_warehouse, warehouse)
        _sync(folder)
    finally:
        sweep(folder)
    return [warehouse, operations]


def published_heads(settings: Settings) -> Heads:
    """Up to where the published build holds the ledger; zeros when nothing is published."""
    path = settings.published_dir / "warehouse.duckdb"
    if not path.exists():
        return Heads()
    with duckdb.connect(str(path), read_only=True) as connection:
        try:
            row = connection.execute("select receipt_id, entry_id, event_id from marts.rpt_build").fetchone()
        except duckdb.Error:  # of a version before these columns
            row = None
    return Heads(*row) if row else Heads()


def checkpoint(path: Path) -> None:
    """Bring a DuckDB file's log into the file itself, so that copying the one file copies everything."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("force checkpoint")
    log = path.with_name(path.name + ".wal")
    if log.exists() and log.stat().st_size:
        raise PublishError(f"{path.name} still has a write-ahead log after its checkpoint")


def remove_database(path: Path) -> None:
    """Remove a DuckDB file and its log, which the next file of this name would take for its own."""
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what a killed publish left behind. Call it under the writer's lock."""
    for leftover in folder.glob(".*.tmp*"):
        leftover.unlink(missing_ok=True)


def _swap(new: Path, published: Path) -> None:
    new.replace(published)


def _copy(source: Path, target: Path, mode: int) -> None:
    # Created with its final mode: a file that is private only after a chmod was readable before it.
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    os.fchmod(handle, mode)
    os.close(handle)
    shutil.copyfile(source, target)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
