"""What was published, as counts and hashes, to see whether two builds say the same."""

from __future__ import annotations

from pathlib import Path

import duckdb

TOLD_OF_LOADS = {"rpt_quarantine", "rpt_loads", "rpt_checks"}
"""Tables that tell of the files and not of the parcels: they count what came twice."""


def rows_of(published: Path) -> dict[str, tuple[int, int]]:
    """Rows and a hash of them, by published table but the one that names the build."""
    with duckdb.connect(str(published), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' and table_name <> 'rpt_build'"
        ).fetchall()
        return {
            table: connection.execute(f"select count(*), sum(hash(t)) from marts.{table} as t").fetchone()  # type: ignore[misc]
            for (table,) in tables
        }


def differing_tables(one: Path, other: Path) -> list[str]:
    """Tables of which two published files hold other rows, but those that tell of the loads."""
    first, second = rows_of(one), rows_of(other)
    return [
        table
        for table in sorted(first.keys() | second.keys())
        if first.get(table) != second.get(table) and table not in TOLD_OF_LOADS
    ]
