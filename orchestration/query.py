"""Reads the published file for `ndr query`: one read-only statement, three formats.

Owns how values are written: instants ISO-8601 with the offset of IST, dates YYYY-MM-DD, times of day HH:MM,
decimals as numbers, what is not there (NULL, NaN, infinite) as null. The session's zone is IST, so that a
cast of an instant to a date gives the business date that its printed form shows.
Refuses: more than one statement, and statements that write.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

import duckdb
from rich.console import Console
from rich.table import Table

from orchestration.errors import QueryError
from settings import IST

_READS = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
_BATCH = 10_000
Value = Any
"""A value as JSON knows it."""


def open_published(published: Path) -> duckdb.DuckDBPyConnection:
    """The published file for reading, in an IST session that looks for tables in `marts`. Raises QueryError."""
    if not published.exists():
        raise QueryError(
            f"nothing is published in {published.parent} yet: load files and run `ndr build`, or `ndr demo`"
        )
    connection = duckdb.connect(
        str(published), read_only=True, config={"autoinstall_known_extensions": "false"}
    )
    connection.execute("set TimeZone = 'Asia/Kolkata'; set search_path = 'marts'")
    return connection


def run_query(published: Path, sql: str) -> tuple[list[str], Iterator[list[Value]]]:
    """Column names (made unique) and rows of plain values. Raises QueryError, also while rows are read."""
    try:
        connection = open_published(published)
        statements = connection.extract_statements(sql)
        # PIVOT is split by the parser into two statements without a text of their own.
        is_pivot = len(statements) > 1 and not any(statement.query for statement in statements)
        if len(statements) != 1 and not is_pivot:
            raise QueryError(f"one statement at a time: this has {len(statements)}")
        if statements[-1].type not in _READS:
            raise QueryError(f"the published file is only read: {statements[-1].type.name} is refused")
        for statement in statements:
            connection.execute(statement)
    except duckdb.Error as error:
        raise QueryError(_first_line(error)) from error
    names = [column[0] for column in connection.description or []]
    return _unique(names), _rows(connection)


def write_json(names: list[str], rows: Iterable[list[Value]], out: TextIO) -> None:
    """One JSON array of objects, a row a line."""
    out.write("[")
    for number, row in enumerate(rows):
        out.write(",\n " if number else "")
        json.dump(dict(zip(names, row, strict=True)), out, ensure_ascii=False, allow_nan=False)
    out.write("]\n")


def write_csv(names: list[str], rows: Iterable[list[Value]], out: TextIO) -> None:
    """CSV with a header; null is an empty field, booleans are true and false."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_text(value, "") for value in row] for row in rows)


def write_table(names: list[str], rows: Iterable[list[Value]], out: TextIO) -> None:
    """A table for a person; as wide as its content where the output is no terminal."""
    table = Table(*names)
    for row in rows:
        table.add_row(*(_text(value, "·") for value in row))
    console = Console(file=out, markup=False, width=None if out.isatty() else 10_000, highlight=False)
    console.print(table)
    console.print(f"{table.row_count} row{'' if table.row_count == 1 else 's'}")


def plain(value: object) -> Value:
    """A DuckDB value as JSON knows it."""
    return _PLAIN.get(type(value), str)(value)


def _decimal(value: Decimal) -> Value:
    if not value.is_finite():
        return None
    return int(value) if value == value.to_integral_value() else float(value)


_PLAIN: dict[type, Callable[[Any], Value]] = {
    type(None): lambda value: value,
    bool: lambda value: value,
    int: lambda value: value,
    str: lambda value: value,
    float: lambda value: value if math.isfinite(value) else None,
    Decimal: _decimal,
    dt.datetime: lambda value: (value.astimezone(IST) if value.tzinfo else value).isoformat(),
    dt.date: lambda value: value.isoformat(),
    dt.time: lambda value: value.strftime("%H:%M"),
    dict: lambda value: {str(key): plain(item) for key, item in value.items()},
    list: lambda value: [plain(item) for item in value],
    tuple: lambda value: [plain(item) for item in value],
}


def _rows(connection: duckdb.DuckDBPyConnection) -> Iterator[list[Value]]:
    try:
        while batch := connection.fetchmany(_BATCH):
            for row in batch:
                yield [plain(value) for value in row]
    except (duckdb.Error, OverflowError) as error:
        raise QueryError(_first_line(error)) from error
    finally:
        # As long as it is open, this process is handed the same file again, also after a publish.
        connection.close()


def _first_line(error: Exception) -> str:
    """The message without DuckDB's drawing of where in the statement it stands."""
    return str(error).split("\n\nLINE ")[0]


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        count = seen.get(name, 0)
        seen[name] = count + 1
        unique.append(f"{name}_{count}" if count else name)
    return unique


def _text(value: Value, missing: str) -> str:
    if value is None:
        return missing
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
