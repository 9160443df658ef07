"""The published files, opened for reading only.

Owns: one read-only connection per published build, reopened when the file at the path is another one,
and a bounded cache of answers keyed by the build. Refuses: writing, and SQL of its own.

A file is attached to a connection in memory rather than opened by its path: DuckDB hands out the
instance it already has for a path, so after a swap a direct connect would still read the old build.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl
import streamlit as st

from settings import get_settings

Audience = Literal["warehouse", "operations"]
"""warehouse: analysts and leads, no personal data; operations: the agents' pages."""


@dataclass(frozen=True)
class Snapshot:
    """One published file as it is now: its path, inode and modification time."""

    path: str
    inode: int
    modified_ns: int


def current(audience: Audience = "warehouse") -> Snapshot | None:
    """The published file of this audience, or None when nothing is published."""
    path = get_settings().shown_dir / f"{audience}.duckdb"
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        return None
    return Snapshot(str(path), found.st_ino, found.st_mtime_ns)


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
        cursor.execute("set timezone = 'UTC'; use published")
        return cursor.execute(sql, list(params)).pl()
    finally:
        cursor.close()


@st.cache_resource(max_entries=4, show_spinner=False)
def _connection(snapshot: Snapshot) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1GB"})
    escaped = snapshot.path.replace("'", "''")
    connection.execute(f"attach '{escaped}' as published (read_only)")
    connection.execute("set timezone = 'UTC'")
    return connection


def first(frame: pl.DataFrame) -> dict[str, Any]:
    """The only row of a one-row answer."""
    return frame.row(0, named=True)
