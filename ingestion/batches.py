"""What every reader yields: a batch of rows as an Arrow table, and the rows that could not be read.

Owns: the shape that the readers and the loader share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.errors import RefusedFile

#: Number of the row in its file, the first row of data being 1 (a header is not counted).
ROW = "__row"
#: Number of the body that the row is a scan of, where one body may hold several; `ROW` then tells the scans apart.
BODY = "__body"
#: The row as it came, as JSON text, where the table's own columns are not the row.
SOURCE = "__source"
#: A JSON object of what the feed does not know, where the reader has made it already.
EXTRA = "__extra"
#: Bytes of a batch: bounds memory where rows are wide.
BATCH_BYTES = 192 << 20


@dataclass(frozen=True)
class Torn:
    """A row that could not be read into columns: quarantined as it came."""

    row_number: int
    expectation: str
    message: str
    source: str
    field: str = ""


@dataclass
class Batch:
    """Rows of a file in their order. Columns: `ROW`, then the file's own under their lower-case names, typed
    or text, then perhaps `BODY`, `SOURCE` and `EXTRA`. `is_native`: the rows are a courier reader's."""

    table: pa.Table
    torn: list[Torn] = field(default_factory=list)
    is_native: bool = False

    @property
    def rows(self) -> int:
        """Rows read, the torn ones included."""
        return int(self.table.num_rows) + len(self.torn)


def column_names(names: Iterable[str | None], file_name: str) -> list[str]:
    """Header names in lower case without blanks around; a blank one is called after its place.

    Raises `RefusedFile` when a name comes twice: which of the two is meant cannot be told.
    """
    found: list[str] = []
    for place, name in enumerate(names, start=1):
        clean = (name or "").strip().strip("\ufeff").lower() or f"column_{place}"
        if clean in found:
            raise RefusedFile(f"{file_name}: expected each column once, found {clean!r} twice")
        found.append(clean)
    return found


def gathered(chunks: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """Chunks put together to tables of `rows` rows, fewer where rows are wide."""
    waiting: list[pa.RecordBatch] = []
    count = size = 0
    for chunk in chunks:
        start = 0
        while start < chunk.num_rows:
            piece = chunk.slice(start, rows - count)
            waiting.append(piece)
            start, count, size = start + piece.num_rows, count + piece.num_rows, size + piece.nbytes
            if count >= rows or size >= BATCH_BYTES:
                yield pa.Table.from_batches(waiting)
                waiting, count, size = [], 0, 0
    if waiting:
        yield pa.Table.from_batches(waiting)


def without_blank_rows(table: pa.Table) -> pa.Table:
    """The table without the rows in which every column but `ROW` is null: blank lines are no rows."""
    blank = None
    for name in table.column_names:
        if name == ROW:
            continue
        if table[name].null_count == 0:
            return table
        blank = table[name].is_null() if blank is None else pc.and_(blank, table[name].is_null())
    return table if blank is None or not pc.any(blank).as_py() else table.filter(pc.invert(blank))
