"""Parquet into batches with the types that the file gives its columns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.archive import Intake
from ingestion.batches import BATCH_BYTES, ROW, Batch, column_names
from ingestion.errors import RefusedFile


def read_parquet(intake: Intake, rows: int) -> Iterator[Batch]:
    """Batches of at most `rows` rows. Raises `RefusedFile` when the file is cut short or damaged."""
    damaged = f"{intake.file_name}: expected a whole Parquet file, found one that is cut short or damaged"
    if not intake.head.startswith(b"PAR1"):
        raise RefusedFile(f"{intake.file_name}: expected a Parquet file, found something else")
    try:
        with pq.ParquetFile(intake.path) as file:
            names = column_names(file.schema_arrow.names, intake.file_name)
            yield from _batches(file, names, rows)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise RefusedFile(damaged) from error


def count_rows(intake: Intake) -> int | None:
    """Rows that the file's footer promises; None when it cannot be read."""
    try:
        return int(pq.read_metadata(intake.path).num_rows)
    except (pa.ArrowException, OSError):
        return None


def _batches(file: pq.ParquetFile, names: list[str], rows: int) -> Iterator[Batch]:
    groups = [file.metadata.row_group(place) for place in range(file.metadata.num_row_groups)]
    widest = max((group.total_byte_size // max(group.num_rows, 1) for group in groups), default=1)
    rows = max(1, min(rows, BATCH_BYTES // max(widest, 1)))
    first = 1
    # Chunks of an eighth: DuckDB reads the chunks of one table in parallel.
    chunks: list[pa.RecordBatch] = []
    count = 0
    for chunk in file.iter_batches(batch_size=-(-rows // 8)):
        chunks.append(chunk)
        count += chunk.num_rows
        if count >= rows:
            yield _batch(chunks, names, first)
            first, chunks, count = first + count, [], 0
    if chunks or first == 1:
        yield _batch(chunks or [_none(file)], names, first)


def _none(file: pq.ParquetFile) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=file.schema_arrow)


def _batch(chunks: list[pa.RecordBatch], names: list[str], first: int) -> Batch:
    table = pa.Table.from_batches(chunks).rename_columns(names)
    for place, column in enumerate(table.columns):
        kind = column.type
        if pa.types.is_dictionary(kind):
            table = table.set_column(place, names[place], column.cast(kind.value_type))
        elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            # Text written without its annotation; bytes that are no UTF-8 raise here and refuse the file.
            table = table.set_column(place, names[place], column.cast(pa.string()))
    table.validate(full=True)
    return Batch(table.append_column(ROW, pa.array(np.arange(first, first + table.num_rows))))
