"""A file's batches on their way into raw: prepared, judged and stored, three batches at a time.

Owns: the pipeline and the counts. One thread reads and prepares the next batch in a DuckDB of its own (a
transaction would keep every temporary table until its end), one lets Great Expectations judge, the caller's
stores. Refuses: opening or ending the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from ingestion.batches import ROW, SOURCE, Batch
from ingestion.canonical import canonical_query
from ingestion.errors import RefusedFile
from ingestion.given import trimmed
from ingestion.judgement import Failure
from ingestion.quarantine import quarantine_failed, quarantine_torn, top_lines
from ingestion.store import Load, add
from ingestion.values import MACROS
from settings import Settings

if TYPE_CHECKING:
    from ingestion.door import Door

#: Share of the memory limit for preparing batches, and for the warehouse while it loads; the rest is for the
#: batches under way in Arrow and pandas, which no limit of DuckDB's covers.
WORKSHOP_SHARE, WAREHOUSE_SHARE = 0.2, 0.3

_CHUNK_ROWS = 65_536

#: Called with the file's name, the rows done and the rows known to come (None: not known).
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Prepared:
    """A batch as it came and its canonical rows."""

    batch: Batch
    staged: pa.Table


@dataclass
class Stream:
    """The stream of one load. `rows` and `failed` count what was read and what was quarantined so far."""

    load: Load
    door: Door
    settings: Settings
    is_clean: bool
    total: int | None = None
    progress: Progress | None = None
    rows: int = 0
    failed: int = 0
    _workshop: duckdb.DuckDBPyConnection = field(init=False)

    def __post_init__(self) -> None:
        self._workshop = duckdb.connect(
            config={
                "threads": self.settings.threads,
                "preserve_insertion_order": False,
                "memory_limit": f"{self.settings.memory_limit_gb * WORKSHOP_SHARE}GB",
            }
        )
        self._workshop.execute("set TimeZone = 'UTC'")
        self._workshop.execute(MACROS)

    def run(self, batches: Iterator[Batch]) -> None:
        """Take all batches through. Raises `RefusedFile` as soon as too many rows have failed."""
        waiting: tuple[Prepared, Future[list[Failure]]] | None = None
        with ThreadPoolExecutor(1) as judge:
            for prepared in _ahead(self._prepare(batch) for batch in self._checked(batches)):
                verdict = judge.submit(self.door.judge, prepared.staged)
                if waiting:
                    self._store(*waiting)
                waiting = (prepared, verdict)
            if waiting:
                self._store(*waiting)
        self._refuse_bad(self.rows)

    def _checked(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        """The batches, once the first has shown that the file's header has the required columns."""
        for place, batch in enumerate(batches):
            names = batch.table.column_names
            # NDJSON has no header: its rows are judged one by one.
            if place == 0 and SOURCE not in names and (missing := self.door.missing_columns(names)):
                found = ", ".join(name for name in names if name != ROW)
                raise RefusedFile(
                    f"{self.load.file_name}: expected columns {', '.join(self.load.feed.required)}; "
                    f"missing {', '.join(missing)} (found {found})"
                )
            yield batch

    def _prepare(self, batch: Batch) -> Prepared:
        feed = self.load.feed
        table = trimmed(feed, batch.table)
        query = canonical_query(feed, table, is_native=batch.is_native, is_clean=self.is_clean)
        self._workshop.register("incoming", table)
        # A reader of chunks: the warehouse inserts the chunks of a table in parallel.
        staged = self._workshop.execute(query, {"loaded_at": self.load.loaded_at}).to_arrow_reader(
            _CHUNK_ROWS
        )
        return Prepared(batch, staged.read_all())

    def _store(self, prepared: Prepared, verdict: Future[list[Failure]]) -> None:
        batch, failures = prepared.batch, verdict.result()
        failed = pa.table({ROW: pa.array([], pa.int64())})
        if failures:
            failed = quarantine_failed(self.load, batch, prepared.staged, failures)
        if batch.torn:
            quarantine_torn(self.load, batch.torn)
            self.door.note_torn(batch.torn, batch.rows)
        self.failed += failed.num_rows + len(batch.torn)
        add(self.load, prepared.staged, failed)
        self.rows += batch.rows
        if self.progress:
            self.progress(self.load.file_name, self.rows, self.total)
        self._refuse_bad(max(self.rows, self.total or 0) if self.total else None)

    def _refuse_bad(self, rows: int | None) -> None:
        if rows and self.failed > self.settings.refuse_share * rows:
            example = top_lines(self.load, 1)[0].removeprefix(f"{self.load.file_name} ")
            raise RefusedFile(
                f"{self.load.file_name}: {self.failed:,} of {self.rows:,} rows fail at the door, "
                f"for example {example}"
            )


def _ahead(items: Iterator[Any]) -> Iterator[Any]:
    """The items, each made in a thread while the one before is used."""
    end = object()
    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = maker.submit(next, items, end)
            yield item
