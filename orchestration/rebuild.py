"""Makes the warehouse anew from archive and ledger: every kept file and receipt is loaded again into a new file,
which then takes the old one's place.

Killed before that, nothing changed; after it, the next build finds a warehouse without a build and makes every
table. The archive itself is only read, and what is published stays until the build that follows has passed.
"""

from __future__ import annotations

import shutil
from contextlib import suppress

import duckdb

from ingestion.files import LoadResult, Progress, load_archive
from ledger.database import has_ledger
from orchestration.errors import RebuildError
from orchestration.load import take_news
from orchestration.lock import Say, writer_lock
from orchestration.publish import checkpoint
from settings import Settings


def reload_archive(settings: Settings, say: Say, progress: Progress | None = None) -> list[LoadResult]:
    """Replace the warehouse by one loaded from archive and ledger. Raises RebuildError, LoadError,
    LedgerError, PublishError, duckdb.Error, OSError."""
    workshop = settings.data_dir / ".rebuild"
    with writer_lock(settings.data_dir, "rebuild", say):
        if not settings.archive_dir.is_dir() and not has_ledger(settings):
            raise RebuildError(f"there is no archive in {settings.data_dir}: nothing to rebuild from")
        shutil.rmtree(workshop, ignore_errors=True)
        workshop.mkdir()
        new = settings.model_copy(update={"data_dir": workshop, "mappings_dir": settings.mappings_folder})
        new.archive_dir.symlink_to(settings.archive_dir.resolve())
        results = load_archive(new, progress) + take_news(new, settings)
        if not results:
            raise RebuildError(f"{settings.archive_dir} is empty: nothing to rebuild from")
        # DuckDB closes in silence when the disk has no room for its checkpoint: all rows would go with the log.
        checkpoint(new.warehouse_path)
        _take_the_place(new, settings)
        shutil.rmtree(workshop)
    return results


def _take_the_place(new: Settings, old: Settings) -> None:
    # A log left by a killed writer belongs to the old file and would be played into the new one.
    with suppress(duckdb.Error), duckdb.connect(str(old.warehouse_path)) as connection:
        connection.execute("force checkpoint")
    old.warehouse_path.with_name(old.warehouse_path.name + ".wal").unlink(missing_ok=True)
    new.warehouse_path.replace(old.warehouse_path)
