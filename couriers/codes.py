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
