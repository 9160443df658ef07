"""Loading files: exactly once, each whole or not at all, judged at the door on the way.

Owns: the order of a load. A file is copied into the archive and known by its content's hash; its rows, its
quarantine, its keys and its line in raw.loads commit in one transaction, so that a load killed at any point
leaves nothing and may be repeated.

Errors: a bad file is a `LoadResult` with status refused and one line, never an exception; `WarehouseBusy`
is raised before anything is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from couriers import known_couriers
from couriers.contract import Courier
from ingestion import archive
from ingestion.archive import Intake
from ingestion.errors import LoadError, RefusedFile
from ingestion.kinds import FileKind, feed_files, recognise
from ingestion.loading import Source, load_batches
from ingestion.raw import connect
from ingestion.reading import most_rows, read
from ingestion.results import LoadResult, note_quality
from ingestion.stream import WAREHOUSE_SHARE, Progress, Stream
from settings import Settings

__all__ = ["LoadResult", "Progress", "load_archive", "load_file", "load_paths"]


def load_file(path: Path, settings: Settings, progress: Progress | None = None) -> LoadResult:
    """Load one file; see `load_paths`."""
    return load_paths([path], settings, progress)[0]


def load_paths(
    paths: Iterable[Path], settings: Settings, progress: Progress | None = None
) -> list[LoadResult]:
    """Load files, and the feed files of folders (not of folders below); one result for each file.

    `progress` is called with the file's name, the rows done and the rows known to come (None: not known).
    Raises `WarehouseBusy` when another process writes the warehouse, MappingError.
    """
    couriers = known_couriers(settings.mappings_folder)
    files: list[Path] = []
    results: list[LoadResult] = []
    for path in paths:
        found = feed_files(path, couriers) if path.is_dir() else [path]
        if not found:
            results.append(_refused(path.name, "", f"{path}: expected feed files in this folder, found none"))
        files += found
    if files:
        with _session(settings, progress) as session:
            results += [_load(session, file, file.name, settings.now()) for file in files]
    return results


def load_archive(settings: Settings, progress: Progress | None = None) -> list[LoadResult]:
    """Load every kept file again, in the order and as of the instants in which they came: what a rebuild
    needs after the warehouse was deleted."""
    with _session(settings, progress) as session:
        return [
            _load(session, path, name, datetime.fromtimestamp(second, UTC))
            for path, name, second in archive.kept_files(settings)
        ]


@dataclass(frozen=True)
class _Session:
    """What the files of one command share."""

    connection: duckdb.DuckDBPyConnection
    settings: Settings
    couriers: Mapping[str, Courier]
    progress: Progress | None


@contextmanager
def _session(settings: Settings, progress: Progress | None) -> Iterator[_Session]:
    with connect(settings) as connection:
        # Pushed into an Arrow table, a join's filter is evaluated by pyarrow, more slowly than the join.
        connection.execute("set disabled_optimizers = 'join_filter_pushdown'")
        connection.execute(f"set memory_limit = '{settings.memory_limit_gb * WAREHOUSE_SHARE}GB'")
        archive.sweep(settings)
        yield _Session(connection, settings, known_couriers(settings.mappings_folder), progress)


def _load(session: _Session, path: Path, file_name: str, loaded_at: datetime) -> LoadResult:
    connection, settings = session.connection, session.settings
    intake: Intake | None = None
    kind: FileKind | None = None
    try:
        kind = recognise(file_name, session.couriers)
        intake = _taken(path, file_name, settings)
        return _earlier(connection, intake, kind) or _load_new(session, intake, kind, loaded_at)
    except LoadError as error:
        feed, file_format = (kind.feed.name, kind.file_format) if kind else ("", "")
        if intake:
            connection.execute(
                "insert into raw.loads values ((select coalesce(max(load_id), 0) + 1 from raw.loads), "
                "?, ?, ?, ?, 0, 0, 0, 0, ?, 'refused', ?)",
                [file_name, intake.content_hash, feed, file_format, loaded_at, str(error)],
            )
        result = _refused(file_name, feed, str(error))
        note_quality(result, (), loaded_at, settings)
        return result
    finally:
        if intake:
            archive.discard(intake)


def _load_new(session: _Session, intake: Intake, kind: FileKind, loaded_at: datetime) -> LoadResult:
    # Imported here: Great Expectations takes seconds, and a file that was loaded before needs no door.
    from ingestion.door import Door  # noqa: PLC0415

    connection, settings = session.connection, session.settings
    door = Door(kind.feed, session.couriers, settings.future_minutes)
    connection.begin()
    try:
        batches = read(intake, kind, settings.batch_rows)
        source = Source(kind.feed, intake.file_name, intake.content_hash, kind.file_format, batches)
        rows = most_rows(intake, kind)
        result = load_batches(
            connection,
            source,
            loaded_at,
            lambda load: Stream(load, door, settings, intake.is_clean, rows, session.progress),
        )
        archive.keep(intake, loaded_at, settings)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    note_quality(result, door.tallies.values(), loaded_at, settings)
    return result


def _taken(path: Path, file_name: str, settings: Settings) -> Intake:
    try:
        return archive.take(path, file_name, settings)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise RefusedFile(f"{file_name}: expected a file that can be read, got: {reason}") from error


def _earlier(connection: duckdb.DuckDBPyConnection, intake: Intake, kind: FileKind) -> LoadResult | None:
    """The result for content that was loaded before: nothing is done again."""
    row = connection.execute(
        "select file_name, rows_read from raw.loads "
        "where content_hash = ? and feed = ? and file_format = ? and status = 'loaded' limit 1",
        [intake.content_hash, kind.feed.name, kind.file_format],
    ).fetchone()
    if row is None:
        return None
    message = "loaded before" if row[0] == intake.file_name else f"loaded before as {row[0]}"
    return LoadResult(intake.file_name, kind.feed.name, "duplicate", row[1], 0, row[1], 0, message)


def _refused(file_name: str, feed: str, message: str) -> LoadResult:
    return LoadResult(file_name, feed, "refused", message=message)
