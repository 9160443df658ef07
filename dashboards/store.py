"""The published files, opened for reading only.

Owns: one read-only connection per published build, reopened when a file at its path is another one, and a
bounded cache of answers keyed by the build. Refuses: writing, and SQL of its own.

A file is attached to a connection in memory rather than opened by its path: DuckDB hands out the
instance it already has for a path, so after a swap a direct connect would still read the old build.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import polars as pl
import streamlit as st

from settings import get_settings

Audience = Literal["warehouse", "operations"]
"""warehouse: analysts and leads, no personal data; operations: the agents' pages, with the schema `personal`."""

_FILES: dict[Audience, dict[str, str]] = {
    "warehouse": {"warehouse": "marts"},
    "operations": {"warehouse": "marts", "operations": "personal"},
}
"""By audience: the files that it reads, and the schema that is in each."""


@dataclass(frozen=True)
class PublishedFile:
    """A published file as it is now: its path, its schema, inode and modification time."""

    path: str
    schema: str
    inode: int
    modified_ns: int


Snapshot = tuple[PublishedFile, ...]
"""What an audience reads, as it is now."""


def current(audience: Audience = "warehouse") -> Snapshot | None:
    """The published files of this audience, or None when nothing is published."""
    try:
        return tuple(_published(name, schema) for name, schema in _FILES[audience].items())
    except FileNotFoundError:
        return None


def _published(name: str, schema: str) -> PublishedFile:
    path = get_settings().shown_dir / f"{name}.duckdb"
    found = path.stat()
    return PublishedFile(str(path), schema, found.st_ino, found.st_mtime_ns)


def fetch(sql: str, params: tuple[object, ...] = (), audience: Audience = "warehouse") -> pl.DataFrame:
    """The answer of one parametrised query on the published file; an empty frame has its columns.

    Raises FileNotFoundError when nothing is published; the router asks `current` first.
    """
    snapshot = current(audience)
    if snapshot is None:
        raise FileNotFoundError(f"no published {audience} file")
    frame: pl.DataFrame = _answer(snapshot, sql, params)
    return frame


@st.cache_data(max_entries=200, show_spinner=False)
def _answer(snapshot: Snapshot, sql: str, params: tuple[object, ...]) -> pl.DataFrame:
    cursor = _connection(snapshot).cursor()
    try:
        path = ",".join(f"{file.schema}_file.{file.schema}" for file in snapshot)
        cursor.execute(f"set timezone = 'UTC'; set search_path = '{path}'")
        return cursor.execute(sql, list(params)).pl()
    finally:
        cursor.close()


@st.cache_resource(max_entries=4, show_spinner=False)
def _connection(snapshot: Snapshot) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1GB"})
    for file in snapshot:
        escaped = file.path.replace("'", "''")
        connection.execute(f"attach '{escaped}' as {file.schema}_file (read_only)")
    connection.execute("set timezone = 'UTC'")
    return connection


def first(frame: pl.DataFrame) -> dict[str, Any]:
    """The only row of a one-row answer."""
    return frame.row(0, named=True)
