"""Receipts of the ledger into raw: exactly once, at the same door as files.

Owns: the position. It moves in the transaction that stores the rows, so a load that is killed is done again and one
that was done is not. A receipt that cannot be read goes to quarantine, under its id as row number, and holds up no
other. Documents stay in the ledger: there is nothing in them to judge yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from couriers import registry
from couriers.contract import INSTANT, REJECTED_SCHEMA, ROW_SCHEMA, Reader, ReadResult
from ingestion import store
from ingestion.batches import ROW, SOURCE, Batch
from ingestion.feeds import FEEDS
from ingestion.native import native_batch
from ingestion.quarantine import top_lines
from ingestion.raw import connect
from ingestion.results import LoadResult, note_quality
from ingestion.stream import Stream
from ledger.database import Ledger
from ledger.history import all_scans_after
from ledger.progress import note_progress
from settings import Settings

if TYPE_CHECKING:
    from ingestion.door import Door

#: What the loads of receipts are called, with the courier's slug.
_NAME = "receipts_"
#: Most receipts, and most bytes of bodies, of one transaction.
_MOST, _MOST_BYTES = 20_000, 64 << 20


def load_receipts(settings: Settings, ledger: Ledger) -> list[LoadResult]:
    """Load what came since the last time, in the order in which it came; one result for each courier and transaction.

    A warehouse that was deleted begins with what left the ledger for the archive.
    Raises WarehouseBusy, LedgerUnavailable, ArchiveBroken.
    """
    results: list[LoadResult] = []
    with connect(settings) as connection:
        while group := all_scans_after(
            ledger, settings.receipts_dir, _position(connection), _MOST, _MOST_BYTES
        ):
            results += _load(connection, group, settings)
            _note(connection, ledger, settings)
    return results


def loaded_to(settings: Settings) -> int:
    """The last receipt that the warehouse holds; 0 without a warehouse. Raises WarehouseBusy."""
    if not settings.warehouse_path.exists():
        return 0
    with connect(settings) as connection:
        return _position(connection)


def _note(connection: duckdb.DuckDBPyConnection, ledger: Ledger, settings: Settings) -> None:
    row = connection.execute(
        "select count(distinct row_number) from raw.quarantine where starts_with(source, ?)", [_NAME]
    ).fetchone()
    note_progress(ledger, _position(connection), int(row[0]) if row else 0, settings.now())


def _position(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("select coalesce(max(receipt_id), 0) from raw.receipt_position").fetchone()
    return int(row[0]) if row else 0


def _load(
    connection: duckdb.DuckDBPyConnection, group: Sequence[Any], settings: Settings
) -> list[LoadResult]:
    # Imported here: Great Expectations takes seconds, and without a new receipt there is no need of a door.
    from ingestion.door import Door  # noqa: PLC0415

    loaded: list[tuple[LoadResult, Door]] = []
    connection.begin()
    try:
        for slug in sorted({receipt.courier for receipt in group}):
            door = Door(FEEDS["scans"], registry(), settings.future_minutes)
            own = [receipt for receipt in group if receipt.courier == slug]
            loaded.append((_load_courier(connection, slug, own, door, settings), door))
        connection.execute("delete from raw.receipt_position")
        connection.execute("insert into raw.receipt_position values (?, ?)", [group[-1].id, settings.now()])
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    for result, door in loaded:
        note_quality(result, door.tallies.values(), settings.now(), settings)
    return [result for result, _ in loaded]


def _load_courier(
    connection: duckdb.DuckDBPyConnection, slug: str, own: Sequence[Any], door: Door, settings: Settings
) -> LoadResult:
    name, loaded_at = f"{_NAME}{slug}", settings.now()
    row = connection.execute("select coalesce(max(load_id), 0) + 1 from raw.loads").fetchone()
    load = store.Load(connection, FEEDS["scans"], name, int(row[0]) if row else 1, loaded_at)
    store.begin(load)
    # Receipts have no sender to send a better file: none is refused because its neighbours are bad.
    lenient = settings.model_copy(update={"refuse_share": 1.0})
    stream = Stream(load, door, lenient, is_clean=False)
    stream.run(_batches(slug, own))
    copies = store.finish(load)
    result = LoadResult(
        file_name=name,
        feed="scans",
        status="loaded",
        rows_read=stream.rows,
        rows_loaded=stream.rows - stream.failed - copies,
        rows_duplicate=copies,
        rows_quarantined=stream.failed,
        problems=tuple(top_lines(load)),
    )
    connection.execute(
        "insert into raw.loads values (?, ?, ?, 'scans', ?, ?, ?, ?, ?, ?, 'loaded', null)",
        [
            *(load.load_id, name, f"receipts {own[0].id}-{own[-1].id}", f"receipts:{slug}"),
            *(result.rows_read, result.rows_loaded, result.rows_duplicate, result.rows_quarantined),
            loaded_at,
        ],
    )
    return result


def _batches(slug: str, own: Sequence[Any]) -> Iterator[Batch]:
    given = pl.DataFrame(
        {
            ROW: [receipt.id for receipt in own],
            SOURCE: [receipt.body.decode("utf-8", "replace") for receipt in own],
            "received_at": pl.Series([receipt.received_at for receipt in own], dtype=INSTANT),
            "is_text": [_is_text(receipt.body) for receipt in own],
        }
    )
    texts, odd = (given.filter(keep).drop("is_text") for keep in (pl.col("is_text"), ~pl.col("is_text")))
    courier = registry().get(slug)
    if courier is None or courier.push_reader is None:
        yield native_batch(_rejecting(f"pushes of {slug} cannot be read yet"), texts)
    else:
        yield from _read(courier.push_reader, texts)
    yield native_batch(_rejecting("expected UTF-8, found other bytes"), odd)


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _read(reader: Reader, given: pl.DataFrame) -> Iterator[Batch]:
    """The bodies' batches; one on which the reader fails is looked for by halves and rejected."""
    try:
        yield native_batch(reader, given)
    except Exception as error:
        if given.height <= 1:
            yield native_batch(_rejecting(f"the reader failed ({type(error).__name__}): report this"), given)
        else:
            yield from _read(reader, given[: given.height // 2])
            yield from _read(reader, given[given.height // 2 :])


def _rejecting(message: str) -> Reader:
    """A reader that rejects every body with this message."""

    def reject(bodies: pl.Series) -> ReadResult:
        numbers = pl.DataFrame({"body_index": range(bodies.len())}, schema={"body_index": pl.UInt32})
        rejected = numbers.with_columns(field=pl.lit("body"), message=pl.lit(f"body: {message}"))
        return ReadResult(pl.DataFrame(schema=ROW_SCHEMA), rejected.cast(pl.Schema(REJECTED_SCHEMA)))

    return reject
