"""What the ledger tells into raw: loads that begin and end in one transaction with the position they bring us to.

Owns: the transaction. A load that is killed is done again from the same position, and one that was done is not.
Refuses: to refuse. Unlike a file, the ledger has no sender who could send a better one: what fails at the door goes to
quarantine, under its id in the ledger as row number, and the rest go on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from couriers import known_couriers
from ingestion import store
from ingestion.batches import ROW, Batch
from ingestion.feeds import FEEDS
from ingestion.loading import Source, load_batches
from ingestion.position import Position, move
from ingestion.read_ndjson import canonical_rows
from ingestion.results import LoadResult, note_quality
from ingestion.stream import Stream
from settings import Settings

if TYPE_CHECKING:
    from ingestion.door import Door


@dataclass(frozen=True)
class Told:
    """Rows for one feed: `name` is what the load is called, `ids` the ledger's ids in words."""

    feed: str
    name: str
    ids: str
    batches: Iterator[Batch]


def canonical(feed: str, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[Batch]:
    """Rows of a feed, each with the ledger's id as its number and its columns by name, as if they stood in a file."""
    lines = pa.table(
        {ROW: [number for number, _ in rows], "line": [json.dumps(row) for _, row in rows]},
        schema=pa.schema({ROW: pa.int64(), "line": pa.string()}),
    )
    with duckdb.connect(config={"threads": "1"}) as connection:
        yield canonical_rows(connection, lines, FEEDS[feed])


def load_told(
    connection: duckdb.DuckDBPyConnection,
    parts: Iterable[Told],
    position: Position,
    settings: Settings,
) -> list[LoadResult]:
    """Load the parts and move the position to the last id that is in them, or do neither."""
    # Imported here: Great Expectations takes seconds, and without news there is no need of a door.
    from ingestion.door import Door  # noqa: PLC0415

    couriers = known_couriers(settings.mappings_folder)
    loaded: list[tuple[LoadResult, Door]] = []
    connection.begin()
    try:
        for part in parts:
            door = Door(FEEDS[part.feed], couriers, settings.future_minutes)
            loaded.append((_load(connection, part, door, settings), door))
        move(connection, position, settings.now())
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    for result, door in loaded:
        note_quality(result, door.tallies.values(), settings.now(), settings)
    return [result for result, _ in loaded]


def _load(connection: duckdb.DuckDBPyConnection, part: Told, door: Door, settings: Settings) -> LoadResult:
    lenient = settings.model_copy(update={"refuse_share": 1.0})
    return load_batches(
        connection,
        Source(FEEDS[part.feed], part.name, part.ids, "ledger", part.batches),
        settings.now(),
        # Text by now: a replacement character in it is what was written.
        lambda load: Stream(load, door, lenient, is_clean=True),
        lambda load: store.take_out_retold(load) if part.feed == "scans" else 0,
    )
