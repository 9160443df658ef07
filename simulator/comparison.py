"""The proof: what was published beside what was made to happen, row by row.

`compare` reads both sides and returns the differences; an empty frame is the proof. Rows that the generator marked
as unknowable, before anything was compared, are left out of both sides.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

TABLES = {
    # table: what identifies a row, and the columns compared
    "fct_ndr_cases": (
        ["courier", "awb", "epoch"],
        [
            "first_ndr_at",
            "reason_bucket",
            "attempts",
            "cycles",
            "shipment_outcome",
            "is_recovered",
            "is_rto_reversed",
            "is_delivery_reversed",
            "closed_at",
        ],
    ),
    "fct_delivery_attempts": (
        ["courier", "awb", "epoch", "attempt_number"],
        ["opened_at", "closed_at", "result", "reason_bucket", "restated_reason", "is_without_ofd"],
    ),
    "fct_instructions": (
        ["courier", "awb", "source", "action", "instructed_at"],
        [
            "cycle_number",
            "requested_on",
            "window_start",
            "window_end",
            "submission",
            "submission_reason",
            "accepted_at",
            "outcome",
            "outcome_reason",
            "fault",
        ],
    ),
}
CLAIMED_WHERE_SET = {"outcome_reason"}
"""Columns whose null in the truth is no claim: the contract has no word there."""

DIFFERENCES = {
    "table_name": pl.String,
    "key": pl.String,
    "column_name": pl.String,
    "published": pl.String,
    "truth": pl.String,
}


def compare(published_path: Path, truth_dir: Path, tables: list[str] | None = None) -> pl.DataFrame:
    """The differences between a published file and the truth: table_name, key, column_name, published, truth.

    A row on one side only has the column_name `(row)`. Instants are compared as instants, the rest as words. A
    row of the truth with no twin is a difference, and so is a published row of which the truth knows nothing.
    Raises duckdb.IOException when a file is missing.
    """
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{published_path}' as published (read_only)")
        found = [
            connection.execute(_differences(table, truth_dir)).pl()
            for table in (tables or list(TABLES))
            if (truth_dir / f"{table}.parquet").exists()
        ]
    return pl.concat([pl.DataFrame(schema=DIFFERENCES), *found], how="vertical")


def counts(truth_dir: Path) -> pl.DataFrame:
    """Rows of the truth and how many of them are unknowable: table_name, rows, unknowable."""
    with duckdb.connect() as connection:
        selects = [
            f"select '{table}' as table_name, count(*) as rows, count(*) filter (is_unknowable) as unknowable"
            f" from '{truth_dir / table}.parquet'"
            for table in TABLES
        ]
        return connection.execute(" union all ".join(selects)).pl()


def _differences(table: str, truth_dir: Path) -> str:
    """The SQL of one table's differences, one row for each cell that differs."""
    key, columns = TABLES[table]
    joined = " and ".join(f"p.{name} = t.{name}" for name in key)
    label = " || ' ' || ".join(f"coalesce(t.{name}, p.{name})::varchar" for name in key)
    cells = [
        f"select '{name}' as column_name, published_{name} as published, truth_{name} as truth, key from both_sides"
        f" where in_published and in_truth and published_{name} is distinct from truth_{name}"
        + (f" and truth_{name} is not null" if name in CLAIMED_WHERE_SET else "")
        for name in columns
    ]
    pairs = ", ".join(
        f"p.{name}::varchar as published_{name}, t.{name}::varchar as truth_{name}" for name in columns
    )
    return f"""
        with truth as (select * from '{truth_dir / table}.parquet'),
        published as (select * from published.marts.{table}),
        unknowable as (select distinct courier, awb from truth where is_unknowable),
        both_sides as (
            select {label} as key, p.courier is not null as in_published, t.courier is not null as in_truth, {pairs}
            from (select * from published anti join unknowable using (courier, awb)) as p
            full join (select * from truth anti join unknowable using (courier, awb)) as t on {joined}
        ),
        cells as (
            {" union all ".join(cells)}
            union all
            select '(row)', in_published::varchar, in_truth::varchar, key from both_sides
            where in_published <> in_truth
        )
        select '{table}' as table_name, key, column_name, published, truth from cells order by all
    """
