"""Receipts of the ledger into raw: exactly once, at the same door as files.

A receipt that cannot be read goes to quarantine and holds up no other. Documents are not loaded, as there is nothing in
them to judge yet: they lie in the ledger until their age moves them to its archive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any

import duckdb
import polars as pl

from couriers import known_couriers
from couriers.contract import INSTANT, REJECTED_SCHEMA, ROW_SCHEMA, Courier, Reader, ReadResult
from ingestion.batches import ROW, SOURCE, Batch
from ingestion.native import native_batch
from ingestion.position import Position, hold_to, position_of
from ingestion.raw import connect
from ingestion.results import LoadResult
from ingestion.told import Told, load_told
from ledger.database import Ledger
from ledger.errors import LedgerError
from ledger.history import all_scans_after
from ledger.progress import note_progress
from ledger.receipts import PUSH, TRACKING
from settings import Settings

#: What the loads are called, with the courier's slug, by kind: how a scan reached us can be told from it later.
NAMES = {PUSH: "receipts_", TRACKING: "tracking_"}
#: Most receipts, and most bytes of bodies, of one transaction.
_MOST, _MOST_BYTES = 20_000, 64 << 20


def load_receipts(settings: Settings, ledger: Ledger) -> list[LoadResult]:
    """Load what came since the last time, in the order in which it came; one result for each courier, kind and
    transaction.

    A warehouse that was deleted begins with what left the ledger for the archive.
    Raises WarehouseBusy, OtherLedger, LedgerUnavailable, ArchiveBroken.
    """
    couriers = known_couriers(settings.mappings_folder)
    results: list[LoadResult] = []
    with connect(settings) as connection:
        ledger_id = hold_to(connection, ledger)
        while group := all_scans_after(
            ledger, settings.receipts_dir, position_of(connection, "receipt"), _MOST, _MOST_BYTES
        ):
            newest_at = max(receipt.received_at for receipt in group)
            position = Position("receipt", group[-1].id, ledger_id, newest_at)
            results += load_told(connection, _parts(group, couriers), position, settings)
            _note(connection, ledger, settings)
    return results


def loaded_to(settings: Settings, ledger: Ledger) -> int:
    """The last receipt that the warehouse holds; 0 without a warehouse.

    Raises WarehouseBusy, OtherLedger, LedgerUnavailable.
    """
    if not settings.warehouse_path.exists():
        return 0
    with connect(settings) as connection:
        hold_to(connection, ledger)
        return position_of(connection, "receipt")


def _note(connection: duckdb.DuckDBPyConnection, ledger: Ledger, settings: Settings) -> None:
    """For metrics alone: a ledger that can be read but not written keeps no build from its receipts."""
    ours = " or ".join(f"starts_with(source, '{name}')" for name in NAMES.values())
    row = connection.execute(
        f"select count(distinct row_number) from raw.quarantine where feed = 'scans' and ({ours})"
    ).fetchone()
    with suppress(LedgerError):
        note_progress(ledger, position_of(connection, "receipt"), int(row[0]) if row else 0, settings.now())


def _parts(group: Sequence[Any], couriers: Mapping[str, Courier]) -> Iterator[Told]:
    def source(receipt: Any) -> tuple[str, str]:
        return receipt.courier, receipt.kind

    for (slug, kind), own in groupby(sorted(group, key=source), source):
        receipts = list(own)
        ids = f"receipts {receipts[0].id}-{receipts[-1].id}"
        reader = _reader(couriers, slug, kind)
        yield Told("scans", f"{NAMES[kind]}{slug}", ids, _batches(reader, receipts))


def _batches(reader: Reader, own: Sequence[Any]) -> Iterator[Batch]:
    given = pl.DataFrame(
        {
            ROW: [receipt.id for receipt in own],
            SOURCE: [receipt.body.decode("utf-8", "replace") for receipt in own],
            "received_at": pl.Series([receipt.received_at for receipt in own], dtype=INSTANT),
            "is_text": [_is_text(receipt.body) for receipt in own],
        }
    )
    texts, odd = (given.filter(keep).drop("is_text") for keep in (pl.col("is_text"), ~pl.col("is_text")))
    yield from _read(reader, texts)
    yield native_batch(_rejecting("expected UTF-8, found other bytes"), odd)


def _reader(couriers: Mapping[str, Courier], slug: str, kind: str) -> Reader:
    courier = couriers.get(slug)
    reader = courier and (courier.push_reader if kind == PUSH else courier.track_reader)
    what = "pushes" if kind == PUSH else "tracking answers"
    return reader or _rejecting(f"{what} of {slug} cannot be read yet")


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
    except (Exception, pl.exceptions.PanicException) as error:
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
