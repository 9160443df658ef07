"""The code tables: reading a courier's codes.csv as one typed frame.

Owns: the columns and types of codes.csv. Refuses: translating; statuses and reasons are joined in dbt, so
that a new mapping is a rebuild and not a re-ingest.

A row is one of four
- native_code (and native_reason): the exact pair,
- native_code alone: the code, when no reason came or all its rows agree on the status,
- native_reason alone: that reason, whatever the status code,
- native_text alone: a free text that says the reason.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

from couriers.contract import Courier

#: valid_from/valid_to: when the row holds (half-open); known_from: when we learnt it; empty: always.
CODES_SCHEMA: dict[str, pl.DataType] = {
    "native_code": pl.String(),
    "native_reason": pl.String(),
    "native_text": pl.String(),
    "status": pl.String(),
    "reason_bucket": pl.String(),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
    "known_from": pl.Date(),
    "evidence": pl.String(),
}


@cache
def read_codes(path: Path) -> pl.DataFrame:
    """The rows of one codes.csv with the columns of CODES_SCHEMA; empty cells are null.

    Raises polars.exceptions.ComputeError or SchemaError when the file has other columns or a bad date.
    """
    return pl.read_csv(path, schema=CODES_SCHEMA)


def codes_of(courier: Courier) -> pl.DataFrame:
    """The courier's rows: those of its codes.csv, where it has one, and of its mapping, which win.

    Two rows of one key (code and reason, else the text) are compared as the warehouse does: without case, blanks
    collapsed.
    """
    path = courier.codes_path
    given = read_codes(path) if path.exists() else pl.DataFrame(schema=CODES_SCHEMA)
    if courier.own_codes is None:
        return given
    others = given.with_columns(_keys()).join(courier.own_codes.select(_keys()), on=list(_KEY), how="anti")
    return pl.concat([others.select(CODES_SCHEMA.keys()), courier.own_codes])


_KEY = ("code_key", "reason_key", "text_key")


def _keys() -> list[pl.Expr]:
    columns = ("native_code", "native_reason", "native_text")
    plain = [
        pl.col(name).str.strip_chars().str.replace_all(r"\s+", " ").str.to_lowercase() for name in columns
    ]
    code, reason, text = (column.fill_null("") for column in plain)
    text = pl.when((code == "") & (reason == "")).then(text).otherwise(pl.lit(""))
    return [column.alias(name) for column, name in zip((code, reason, text), _KEY, strict=True)]
