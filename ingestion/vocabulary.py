"""Brings the couriers' names and dated code tables into schema raw, where dbt joins them.

Owns: `raw.courier_codes` and `raw.couriers`, rewritten whole before each build. Refuses: translating; which row
holds for a scan is decided by the models.
"""

from __future__ import annotations

import duckdb
import polars as pl

import couriers
from couriers.codes import read_codes


def load_vocabulary(connection: duckdb.DuckDBPyConnection) -> None:
    """Rewrite both tables from the registry of couriers, in one transaction.

    A date in codes.csv is 00:00 IST of that day. Raises what `read_codes` raises for a broken codes.csv.
    """
    known = couriers.registry()
    names = pl.DataFrame({"courier": list(known), "name": [courier.name for courier in known.values()]})
    codes = pl.concat(
        read_codes(courier.codes_path).select(pl.lit(slug).alias("courier"), pl.all())
        for slug, courier in known.items()
    ).with_columns(
        pl.col("valid_from", "valid_to", "known_from")
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("Asia/Kolkata")
    )
    connection.begin()
    try:
        for table, frame in (("courier_codes", codes), ("couriers", names)):
            connection.execute(f"delete from raw.{table}")
            connection.execute(
                f"insert into raw.{table} by name select * from frame"
            )  # DuckDB finds `frame` by its name
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
