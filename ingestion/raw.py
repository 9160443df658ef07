"""Schema `raw` of the warehouse: its tables, and the one way to open the file for writing.

Owns: the DDL and the connection's settings. Instants are TIMESTAMPTZ and the session's zone is UTC.
No keys or indexes: a primary key divides the rate of loading by three, and what must be unique is made
so by the loader. Raw rows stay in their order of arrival.

Errors: `WarehouseBusy` (another process writes the file).
"""

from __future__ import annotations

import duckdb

from ingestion.errors import WarehouseBusy
from ingestion.feeds import FEEDS, raw_columns
from settings import Settings

# Strings are stored a third faster than in the default, oldest layout; readers need DuckDB 1.3 or later.
STORAGE_VERSION = "v1.3.0"

_TABLES = """
create table if not exists raw.loads (
    load_id bigint, file_name varchar, content_hash varchar, feed varchar, file_format varchar,
    rows_read bigint, rows_loaded bigint, rows_duplicate bigint, rows_quarantined bigint,
    loaded_at timestamptz, status varchar, message varchar
);
create table if not exists raw.shipment_keys (
    shipment_key bigint, courier varchar, awb varchar, first_load_id bigint
);
create table if not exists raw.codes (
    code_id integer, courier varchar, via varchar, native_code varchar, reason_code varchar
);
create table if not exists raw.quarantine (
    load_id bigint, source varchar, feed varchar, row_number bigint, expectation varchar, field varchar,
    message varchar, row_json varchar, quarantined_at timestamptz
);
create table if not exists raw.receipt_position (receipt_id bigint, moved_at timestamptz);
create table if not exists raw.entry_position (entry_id bigint, moved_at timestamptz);
create table if not exists raw.event_position (
    event_id bigint, moved_at timestamptz, ledger_id varchar, newest_at timestamptz
);
alter table raw.receipt_position add column if not exists ledger_id varchar;
alter table raw.receipt_position add column if not exists newest_at timestamptz;
alter table raw.entry_position add column if not exists ledger_id varchar;
alter table raw.entry_position add column if not exists newest_at timestamptz;
create table if not exists raw.courier_codes (
    courier varchar, native_code varchar, native_reason varchar, native_text varchar, status varchar,
    reason_bucket varchar, valid_from timestamptz, valid_to timestamptz, known_from timestamptz,
    evidence varchar
);
create table if not exists raw.couriers (courier varchar, name varchar);
create table if not exists raw.build_context (
    as_of timestamptz, previous_as_of timestamptz, previous_load_id bigint, build_id varchar
);
"""


def ensure_raw(connection: duckdb.DuckDBPyConnection) -> None:
    """Create schema raw and the tables that are not there yet."""
    connection.execute("create schema if not exists raw")
    connection.execute(_TABLES)
    for feed in FEEDS.values():
        columns = ", ".join(
            f'"{name}" {kind}{" not null" if name == "known_at" else ""}'
            for name, kind in raw_columns(feed).items()
        )
        connection.execute(f"create table if not exists raw.{feed.name} ({columns})")


def connect(settings: Settings) -> duckdb.DuckDBPyConnection:
    """Open the warehouse for writing, its folder and schema raw made when missing.

    The checkpoint threshold is high so that the file is written through once, at the close.
    Raises `WarehouseBusy` when another process has the file open.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": str(settings.threads),
        "memory_limit": f"{settings.memory_limit_gb}GB",
        "checkpoint_threshold": "64GB",
        "temp_directory": str(settings.data_dir / "spill"),
        "preserve_insertion_order": "false",
        "storage_compatibility_version": STORAGE_VERSION,
    }
    try:
        connection = duckdb.connect(str(settings.warehouse_path), config=config)
    except duckdb.IOException as error:
        if "lock" not in str(error).lower():
            raise
        raise WarehouseBusy(
            f"{settings.warehouse_path.name} is being written by another load or build; "
            "try again when it is done"
        ) from error
    connection.execute("set TimeZone = 'UTC'")
    ensure_raw(connection)
    return connection
