"""A small warehouse for the tests of the pipeline: rows put into raw by SQL, and what was published read back."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from ingestion.raw import connect
from settings import PROJECT_DIR, Settings

TOY = Path(__file__).parent / "toy_project"
T0 = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def put_scans(settings: Settings, load_id: int, shipments: int, at: datetime) -> None:
    """One load: one scan for each of the first `shipments` parcels at `at`, new parcels registered."""
    with connect(settings) as connection:
        connection.execute(
            "insert into raw.loads by name select ? as load_id, 'scans.csv' as file_name, 'loaded' as status,"
            " ?::timestamptz as loaded_at",
            [load_id, at],
        )
        connection.execute(
            "insert into raw.scans by name select i as shipment_key, ? as load_id, ?::timestamptz as scanned_at,"
            " ?::timestamptz as known_at from range(?) as t(i)",
            [load_id, at, at, shipments],
        )
        connection.execute(
            "insert into raw.shipment_keys by name select i as shipment_key, 'generic' as courier, 'A' || i as awb,"
            " ? as first_load_id from range(?) as t(i) where i not in (select shipment_key from raw.shipment_keys)",
            [load_id, shipments],
        )


def plant_duplicate(settings: Settings) -> None:
    """A row that breaks a check: one parcel registered twice."""
    with connect(settings) as connection:
        connection.execute("insert into raw.shipment_keys from raw.shipment_keys limit 1")


def remove_duplicate(settings: Settings) -> None:
    """Undo `plant_duplicate`."""
    with connect(settings) as connection:
        connection.execute(
            "create or replace table raw.shipment_keys as select distinct * from raw.shipment_keys"
        )


def contents(path: Path) -> dict[str, tuple[int, int]]:
    """Rows and a hash of them, for each published table but the one that names the build."""
    found = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where table_name <> 'rpt_build' order by all"
        ).fetchall()
        for schema, table in tables:
            columns = connection.execute(
                "select string_agg(format('\"{}\"', column_name), ', ') from duckdb_columns()"
                " where schema_name = ? and table_name = ? and column_name <> 'build_id'",
                [schema, table],
            ).fetchone()
            assert columns is not None
            row = connection.execute(
                f'select count(*), coalesce(sum(hash({columns[0]})), 0) from "{schema}"."{table}"'
            ).fetchone()
            assert row is not None
            found[f"{schema}.{table}"] = row
    return found


def run_module(name: str, text: str, timeout: int = 900) -> subprocess.CompletedProcess[str]:
    """Run a module as a program in a process of its own, with this standard input."""
    path = os.pathsep.join(filter(None, [str(PROJECT_DIR), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [sys.executable, "-m", name],
        cwd=PROJECT_DIR,
        env={**os.environ, "PYTHONPATH": path},
        input=text,
        text=True,
        capture_output=True,
        timeout=timeout,
        check=False,
    )


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a process that works on this data folder."""
    return {
        **os.environ,
        "NDR_DATA_DIR": str(settings.data_dir),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT_DIR), os.environ.get("PYTHONPATH")])),
        "NO_COLOR": "1",
    }


def hours(count: float) -> timedelta:
    """A span of hours."""
    return timedelta(hours=count)
