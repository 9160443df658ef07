"""CSV into batches of text: one header line, fields split by comma, semicolon, tab or bar, quoted by ".

A row with more or fewer fields than the header is torn, not guessed. Nothing is typed here: blank is null,
all else is text, so that a type is judged by pattern and never by a parser's inference.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc

from ingestion.archive import Intake
from ingestion.batches import ROW, Batch, Torn, column_names, gathered, without_blank_rows
from ingestion.errors import RefusedFile
from ingestion.mending import encoding_of

#: A row longer than this cannot be read; a field above 64 KiB is quarantined long before.
_BLOCK = 16 << 20
_DELIMITERS = ",;\t|"


class _Numbering:
    """Gives good rows their number in the file, around the torn ones that the parser reports."""

    def __init__(self, intake: Intake, header_row: int) -> None:
        self.file_name = intake.file_name
        self.header_row = header_row
        self.cursor = 1
        self.waiting: list[Torn] = []
        self.open_quote: int | None = None

    def on_torn(self, row: Any) -> str:
        number = row.number - self.header_row
        if "\n" in row.text and row.text.count('"') % 2:
            self.open_quote = number
            return "error"
        message = f"expected {row.expected_columns} fields as in the header, got {row.actual_columns}"
        expectation = "expect_rows_to_have_the_fields_of_the_header"
        self.waiting.append(Torn(number, expectation, message, row.text))
        return "skip"

    def number(self, rows: int) -> tuple[pa.Array, list[Torn]]:
        """Numbers of the next good rows, and the torn ones among and before them."""
        torn = np.array([item.row_number for item in self.waiting], dtype=np.int64)
        span = np.arange(self.cursor, self.cursor + rows + len(torn), dtype=np.int64)
        numbers = np.setdiff1d(span, torn, assume_unique=True)[:rows]
        self.cursor = int(numbers[-1]) + 1 if rows else self.cursor
        passed = [item for item in self.waiting if item.row_number < self.cursor]
        self.waiting = [item for item in self.waiting if item.row_number >= self.cursor]
        return pa.array(numbers), passed


def read_csv(intake: Intake, readable: Path, rows: int) -> Iterator[Batch]:
    """Batches of about `rows` rows. Raises `RefusedFile` for a header or a quote that makes no sense."""
    names, delimiter, header_row = _header(intake, readable)
    numbering = _Numbering(intake, header_row)
    types = {name: pa.string() for name in names}
    try:
        reader = pc.open_csv(
            readable,
            # Only a single thread tells the number of a torn row; it is as fast as two here.
            read_options=pc.ReadOptions(
                use_threads=False,
                block_size=_BLOCK,
                column_names=names,
                skip_rows=header_row - 1,
                skip_rows_after_names=1,
            ),
            parse_options=pc.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=intake.has_quotes,
                ignore_empty_lines=False,
                invalid_row_handler=numbering.on_torn,
            ),
            convert_options=pc.ConvertOptions(
                column_types=types,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                check_utf8=False,
            ),
        )
        for table in gathered(reader, rows):
            numbers, torn = numbering.number(table.num_rows)
            yield Batch(without_blank_rows(table.append_column(ROW, numbers)), torn)
    except pa.ArrowInvalid as error:
        if numbering.open_quote is not None:
            raise RefusedFile(
                f"{intake.file_name} row {numbering.open_quote}: expected every quote to have its pair, "
                "a quote is opened and not closed"
            ) from error
        if "straddl" in str(error):
            raise RefusedFile(
                f"{intake.file_name} after row {numbering.cursor - 1}: expected rows of at most 16 MB; "
                "is a quote opened and not closed?"
            ) from error
        raise RefusedFile(f"{intake.file_name}: expected CSV text, it cannot be read as such") from error
    if numbering.waiting:
        yield Batch(
            pa.table({**{name: pa.array([], pa.string()) for name in names}, ROW: []}), numbering.waiting
        )


def _header(intake: Intake, readable: Path) -> tuple[list[str], str, int]:
    """Column names, the delimiter that splits the header, and the header's line."""
    with readable.open(encoding="utf-8-sig", newline="") as source:
        lines = source.read(1 << 20).splitlines(keepends=True)
    header_row = next((place for place, line in enumerate(lines, 1) if line.strip()), 0)
    if not header_row:
        raise RefusedFile(f"{intake.file_name}: expected a header line, the file is empty")
    header = lines[header_row - 1].rstrip("\r\n")
    if header.lstrip().startswith(("{", "[")):
        raise RefusedFile(f"{intake.file_name}: expected CSV with a header line, found JSON")
    delimiter = max(_DELIMITERS, key=lambda sign: (header.count(sign), -_DELIMITERS.index(sign)))
    if encoding_of(intake.head) == "utf-16" and "\t" in header:
        delimiter = "\t"
    return (
        column_names(next(csv.reader([header], delimiter=delimiter)), intake.file_name),
        delimiter,
        header_row,
    )
