"""Brings the couriers' names and dated code tables into schema raw, where dbt joins them.

Owns: `raw.courier_codes` and `raw.couriers`, rewritten whole before each build. Refuses: translating; which row
holds for a scan is decided by the models.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl

from couriers.codes import CODES_SCHEMA, codes_of
from couriers.contract import Courier


def load_vocabulary(connection: duckdb.DuckDBPyConnection, couriers: Mapping[str, Courier]) -> None:
    """Rewrite both tables from these couriers, in one transaction.

    A date in codes.csv is 00:00 IST of that day. Raises what `read_codes` raises for a broken codes.csv.
    """
    names = pl.DataFrame({"courier": list(couriers), "name": [one.name for one in couriers.values()]})
    codes = pl.concat(
        codes_of(courier).select(pl.lit(slug).alias("courier"), *CODES_SCHEMA)
        for slug, courier in couriers.items()
    ).with_columns(
        pl.col("valid_from", "valid_to", "known_from")
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("Asia/Kolkata")
    )
    connection.register("vocabulary_codes", codes.to_arrow())
    connection.register("vocabulary_names", names.to_arrow())
    connection.begin()
    try:
        connection.execute("delete from raw.courier_codes")
        connection.execute("insert into raw.courier_codes by name select * from vocabulary_codes")
        connection.execute("delete from raw.couriers")
        connection.execute("insert into raw.couriers by name select * from vocabulary_names")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.unregister("vocabulary_codes")
        connection.unregister("vocabulary_names")
