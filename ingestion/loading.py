"""One load, inside its caller's transaction: batches through the door into the feed's table, and a row in raw.loads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import duckdb

from ingestion import store
from ingestion.batches import Batch
from ingestion.columns import Feed
from ingestion.quarantine import top_lines
from ingestion.results import LoadResult
from ingestion.stream import Stream


@dataclass(frozen=True)
class Source:
    """What is loaded: for which feed, under which name, what tells its content from any other, in which format, and
    the rows."""

    feed: Feed
    name: str
    content: str
    file_format: str
    batches: Iterator[Batch]


def load_batches(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    loaded_at: datetime,
    stream_of: Callable[[store.Load], Stream],
    take_out_more: Callable[[store.Load], int] = lambda load: 0,  # noqa: ARG005
) -> LoadResult:
    """Load the source's batches. `take_out_more` takes out what is a copy in this source alone, and says how many.

    Raises RefusedFile.
    """
    row = connection.execute("select coalesce(max(load_id), 0) + 1 from raw.loads").fetchone()
    load = store.Load(connection, source.feed, source.name, int(row[0]) if row else 1, loaded_at)
    store.begin(load)
    stream = stream_of(load)
    stream.run(source.batches)
    copies = store.finish(load) + take_out_more(load)
    result = LoadResult(
        file_name=source.name,
        feed=source.feed.name,
        status="loaded",
        rows_read=stream.rows,
        rows_loaded=stream.rows - stream.failed - copies,
        rows_duplicate=copies,
        rows_quarantined=stream.failed,
        problems=tuple(top_lines(load)),
    )
    connection.execute(
        "insert into raw.loads values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'loaded', null)",
        [
            *(load.load_id, source.name, source.content, source.feed.name, source.file_format),
            *(result.rows_read, result.rows_loaded, result.rows_duplicate, result.rows_quarantined),
            loaded_at,
        ],
    )
    return result
