"""NDJSON into batches: one JSON object a line, canonical rows or a courier's native bodies.

A line that is no JSON object is torn, and so is a row with an object or an array in a column of the feed.
Keys that the feed does not know come together in `EXTRA`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from couriers.contract import Reader
from ingestion.archive import Intake
from ingestion.batches import EXTRA, ROW, SOURCE, Batch, Torn, gathered
from ingestion.columns import Feed
from ingestion.errors import RefusedFile
from ingestion.mending import encoding_of
from ingestion.native import native_batch

#: Lines of native bodies at a time: one body may hold a parcel's whole history.
_BODIES = 50_000
_BROKEN = "expect_lines_to_be_json_objects"
_NESTED = "expect_column_values_to_be_single"


def read_ndjson(intake: Intake, readable: Path, feed: Feed, rows: int) -> Iterator[Batch]:
    """Batches of canonical rows, all columns text. Raises `RefusedFile` when it is not NDJSON at all."""
    connection = duckdb.connect(config={"threads": "2", "preserve_insertion_order": "false"})
    # JSON is several times as large as the columns that come of it.
    for lines in _lines(intake, readable, -(-rows // 4)):
        yield canonical_rows(connection, lines, feed)


def read_native(intake: Intake, readable: Path, reader: Reader) -> Iterator[Batch]:
    """Batches of scans as the courier's reader understands them; what it rejects is torn."""
    for lines in _lines(intake, readable, _BODIES):
        yield native_batch(
            reader, pl.DataFrame({ROW: pl.Series(lines[ROW]), SOURCE: pl.Series(lines["line"])})
        )


def _lines(intake: Intake, readable: Path, rows: int) -> Iterator[pa.Table]:
    """Tables of `line` and `ROW`; blank lines are counted and left out."""
    start = intake.head.decode(encoding_of(intake.head), "replace").lstrip()[:1]
    if start != "{":
        found = {"": "nothing, it is empty", "[": "a JSON array"}.get(start, "something else")
        raise RefusedFile(f"{intake.file_name}: expected one JSON object a line, found {found}")
    try:
        chunks = pv.open_csv(
            readable,
            read_options=pv.ReadOptions(use_threads=False, block_size=16 << 20, column_names=["line"]),
            # No field separator: a control character, which JSON does not allow unescaped.
            parse_options=pv.ParseOptions(delimiter="\x01", quote_char=False, ignore_empty_lines=False),
            convert_options=pv.ConvertOptions(column_types={"line": pa.string()}, check_utf8=False),
        )
        first = 1
        for table in gathered(chunks, rows):
            numbers = pa.array(np.arange(first, first + table.num_rows))
            first += table.num_rows
            numbered = table.append_column(ROW, numbers)
            yield numbered.filter(pc.not_equal(pc.utf8_trim_whitespace(table["line"]), ""))
    except pa.ArrowInvalid as error:
        raise RefusedFile(f"{intake.file_name}: expected lines of JSON of at most 16 MB") from error


def canonical_rows(connection: duckdb.DuckDBPyConnection, lines: pa.Table, feed: Feed) -> Batch:
    """The batch of JSON texts. `lines`: their `ROW` and `line`; `connection`: any, for temporary tables."""
    connection.register("lines", lines)
    connection.execute(f"""
        create or replace temp table read as
        select "{ROW}", line, case when json_valid(line) then json_type(line) = 'OBJECT' else false end as is_object
        from lines
    """)
    shapes = connection.execute("select distinct json_keys(line) from read where is_object").fetchall()
    keys = sorted({key for (names,) in shapes for key in names})
    # One column may be spelt in more ways than one: AWB on one line, awb on the next.
    known: dict[str, list[str]] = {}
    for key in keys:
        if key.strip().lower() in feed.names:
            known.setdefault(key.strip().lower(), []).append(key)
    spelt = [key for spellings in known.values() for key in spellings]
    other = [key for key in keys if key not in spelt]
    values = {key: f"fields[{_text(key)}]" for key in spelt}
    for spellings in known.values():
        if len(spellings) > 1:  # a struct's names do not tell capitals from small letters
            values |= {key: f"({_at(key)} ->> '$')" for key in spellings}
    shape = ", ".join(f'{json.dumps(key)}: "VARCHAR"' for key in spelt if values[key].startswith("fields"))
    columns = "".join(
        f"coalesce({', '.join(values[key] for key in spellings)}) as {_name(name)}, "
        for name, spellings in known.items()
    )
    # Parsed again only where the text begins like an object or an array.
    nested = " or ".join(
        f"case when starts_with({values[key]}, '{{') or starts_with({values[key]}, '[') "
        f"then json_type({_at(key)}) in ('OBJECT', 'ARRAY') else false end"
        for key in spelt
    )
    extra = ", ".join(f"{_text(key)}, {_at(key)}" for key in other)
    merged = f"nullif(json_merge_patch('{{}}', json_object({extra})), '{{}}')" if other else "null"
    connection.execute(f"""
        create or replace temp table fielded as
        select *, {nested or "false"} as is_nested
        from (
            select "{ROW}", line, json_transform(line, {_text(f"{{{shape}}}")}) as fields
            from read where is_object
        )
    """)
    torn = [
        *_torn(connection, "read where not is_object", _BROKEN, "expected one whole JSON object on the line"),
        *_torn(
            connection,
            "fielded where is_nested",
            _NESTED,
            "expected single values, got an object or an array",
        ),
    ]
    table = connection.execute(f"""
        select "{ROW}", {columns} line as "{SOURCE}", cast({merged} as varchar) as "{EXTRA}"
        from fielded where not is_nested
    """).to_arrow_table()
    return Batch(table, torn)


def _torn(connection: duckdb.DuckDBPyConnection, rows: str, expectation: str, message: str) -> list[Torn]:
    found = connection.execute(f'select "{ROW}", line from {rows} order by 1').fetchall()
    return [Torn(row, expectation, message, line) for row, line in found]


def _at(key: str) -> str:
    escaped = key.replace('"', '\\"').replace("'", "''")
    return f"(line -> '$.\"{escaped}\"')"


def _name(key: str) -> str:
    return '"' + key.replace('"', '""') + '"'


def _text(key: str) -> str:
    return "'" + key.replace("'", "''") + "'"
