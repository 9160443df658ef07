"""Rows that the door turned away, kept whole in raw.quarantine with what was expected of them.

Owns: the one line per row. A row is quarantined once: under the first expectation that it did not meet, with
a message for every field. Values of personal columns stay in `row_json` and are in no message.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.batches import BODY, ROW, SOURCE, Batch, Torn
from ingestion.given import quoted
from ingestion.judgement import Failure
from ingestion.store import Load

#: Characters of a value that a message shows.
_SHOWN = 60


def quarantine_failed(load: Load, batch: Batch, staged: pa.Table, verdict: Sequence[Failure]) -> pa.Table:
    """Quarantine the rows of `staged` (`ingestion.canonical`) that failed; returns their numbers, as `ROW`."""
    # Named in the SQL below by their variables, see ingestion.store.
    failures = pa.concat_tables(_listed(load, staged[ROW], verdict))
    failed = pa.table({ROW: pc.unique(failures[ROW])})
    incoming = batch.table.filter(pc.is_in(batch.table[ROW], failed[ROW]))  # noqa: F841
    judged = staged.select([ROW, "oversized", "unclean", "nested"])  # noqa: F841
    names = batch.table.column_names
    given = [name for name in load.feed.names if name in names]
    number = f"incoming.{quoted(BODY if BODY in names else ROW)}"
    source = quoted(SOURCE) if SOURCE in names else _as_json([name for name in names if name != ROW])
    got = " ".join(f"when '{name}' then given.{quoted(name)}::varchar" for name in given)
    load.connection.execute(
        f"""
        insert into raw.quarantine
        with named as (
            select failures.* exclude (field),
                case judged_column
                    when 'oversized' then oversized when 'unclean' then unclean when 'nested' then nested
                    else failures.field
                end as field
            from failures join judged using ("{ROW}")
        ), told as (
            select named.*, case when is_shown then nullif(trim(case field {got} end), '') end as got,
                row_number() over (partition by "{ROW}", field order by rank) as place
            from named join incoming as given using ("{ROW}")
        ), lines as (
            select "{ROW}", min_by(expectation, rank) as expectation, min_by(field, rank) as field,
                string_agg(
                    field || ': expected ' || expected
                    || coalesce(
                        ', got ''' || left(got, {_SHOWN}) || if(length(got) > {_SHOWN}, '…', '') || '''', ''
                    ),
                    '; ' order by rank
                ) as message
            from told where place = 1 group by "{ROW}"
        )
        select {load.load_id}, $file_name, '{load.feed.name}', {number}, expectation, field, message,
            {source}, $loaded_at::timestamptz
        from lines join incoming using ("{ROW}")
        """,
        {"file_name": load.file_name, "loaded_at": load.loaded_at},
    )
    return failed


def quarantine_torn(load: Load, torn: Sequence[Torn]) -> None:
    """Quarantine rows that could not be read into columns; a field's message begins with its name."""
    torn_rows = pa.table(  # noqa: F841
        {
            "row_number": pa.array([row.row_number for row in torn], pa.int64()),
            "expectation": pa.array([row.expectation for row in torn], pa.string()),
            "field": pa.array([row.field or None for row in torn], pa.string()),
            "message": pa.array([row.message for row in torn], pa.string()),
            "source": pa.array([row.source for row in torn], pa.string()),
        }
    )
    load.connection.execute(
        f"""
        insert into raw.quarantine
        select {load.load_id}, $file_name, '{load.feed.name}', row_number, expectation, field, message,
            case when json_valid(source) then source else to_json(source)::varchar end,
            $loaded_at::timestamptz
        from torn_rows
        """,
        {"file_name": load.file_name, "loaded_at": load.loaded_at},
    )


def top_lines(load: Load, limit: int = 3) -> list[str]:
    """The first lines of the load's quarantine, each naming file, row, field and what was expected."""
    found = load.connection.execute(
        "select source, row_number, field, message from raw.quarantine where load_id = ? "
        "order by row_number, message limit ?",
        [load.load_id, limit],
    ).fetchall()
    return [line(*problem) for problem in found]


def line(source: str, row_number: int, field: str | None, message: str) -> str:
    """One problem of one row, as it is printed; the message of a field begins with its name."""
    return f"{source} row {row_number:,}{', ' if field else ': '}{message}"


def _listed(load: Load, rows: pa.ChunkedArray, failures: Sequence[Failure]) -> list[pa.Table]:
    parts = []
    for rank, failure in enumerate(failures):
        is_shown = failure.field != "" and not load.feed.column(failure.field).is_personal
        numbers = rows.take(pa.array(failure.positions))
        constants = {
            "rank": rank,
            "expectation": failure.expectation,
            "field": failure.field,
            "judged_column": failure.column,
            "expected": failure.expected,
            "is_shown": is_shown,
        }
        repeated = {
            name: pa.array([value]).take(pa.array([0] * len(numbers))) for name, value in constants.items()
        }
        parts.append(pa.table({ROW: numbers, **repeated}))
    return parts


def _as_json(names: Sequence[str]) -> str:
    items = ", ".join(f"'{name.replace(chr(39), chr(39) * 2)}', incoming.{quoted(name)}" for name in names)
    return f"json_object({items})::varchar"
