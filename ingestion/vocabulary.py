"""Brings what the couriers' folders say into schema raw, where dbt joins it: names, codes, what they can be asked.

Owns: `raw.courier_codes`, `raw.couriers`, `raw.courier_capabilities` and `raw.carrier_ids`, rewritten whole before each
build. Refuses: translating; which row holds for a scan or an action is decided by the models.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl

from couriers.capabilities import capabilities
from couriers.codes import CODES_SCHEMA, codes_of
from couriers.contract import Courier

#: How a request carries each of these, as columns `carries_...`.
_CARRIED = ("date", "window", "phone", "address", "pincode")
_CAPABILITIES = {
    "courier": pl.String,
    "action": pl.String,
    **{f"carries_{what}": pl.String for what in _CARRIED},
    "days_ahead": pl.Int32,
    "legal_codes": pl.String,
    "send_after": pl.String,
    "change_deadline": pl.String,
}
_CARRIER_IDS = {"aggregator": pl.String, "courier": pl.String, "carrier_id": pl.String}


def load_vocabulary(connection: duckdb.DuckDBPyConnection, couriers: Mapping[str, Courier]) -> None:
    """Rewrite the tables from these couriers, in one transaction.

    A date in codes.csv is 00:00 IST of that day; times of day are HH:MM in IST. Raises what `read_codes` and
    `capabilities` raise for a broken file.
    """
    names = pl.DataFrame({"courier": list(couriers), "name": [one.name for one in couriers.values()]})
    tables = {
        "courier_codes": _codes(couriers),
        "couriers": names,
        "courier_capabilities": _capabilities(couriers),
        "carrier_ids": _carrier_ids(couriers),
    }
    connection.begin()
    try:
        for table, rows in tables.items():
            connection.register("vocabulary", rows.to_arrow())
            connection.execute(f"delete from raw.{table}")
            connection.execute(f"insert into raw.{table} by name select * from vocabulary")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.unregister("vocabulary")


def _codes(couriers: Mapping[str, Courier]) -> pl.DataFrame:
    return pl.concat(
        codes_of(courier).select(pl.lit(slug).alias("courier"), *CODES_SCHEMA)
        for slug, courier in couriers.items()
    ).with_columns(
        pl.col("valid_from", "valid_to", "known_from")
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("Asia/Kolkata")
    )


def _capabilities(couriers: Mapping[str, Courier]) -> pl.DataFrame:
    rows = [
        {
            "courier": slug,
            "action": one.action,
            **{f"carries_{what}": getattr(one, what) for what in _CARRIED},
            "days_ahead": one.days_ahead,
            "legal_codes": " ".join(one.legal_codes) or None,
            "send_after": one.send_after,
            "change_deadline": one.change_deadline,
        }
        for slug in couriers
        for one in capabilities(slug).values()
    ]
    return pl.DataFrame(rows, schema=_CAPABILITIES)


def _carrier_ids(couriers: Mapping[str, Courier]) -> pl.DataFrame:
    """What each aggregator calls a carrier in its requests: the first of the ids that it uses."""
    rows = [
        {"aggregator": aggregator, "courier": slug, "carrier_id": ids[0]}
        for slug, courier in couriers.items()
        for aggregator, ids in courier.aggregator_ids.items()
        if ids
    ]
    return pl.DataFrame(rows, schema=_CARRIER_IDS)
