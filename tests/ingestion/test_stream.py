"""Files above memory go through in batches, and come out as if there had been one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.files import load_file
from settings import Settings

Query = Callable[[str], list[tuple[Any, ...]]]
ROWS = 1_000
BAD_EVERY = 97


def frame() -> pl.DataFrame:
    """A thousand scans; every 97th has an unknown leg."""
    numbers = pl.int_range(1, ROWS + 1, eager=True)
    return pl.DataFrame({"number": numbers}).select(
        courier=pl.lit("generic"),
        awb=pl.format("A{}", pl.col("number") % 300),
        scanned_at=pl.format("2026-03-02T10:{}:00", (pl.col("number") % 60).cast(pl.String).str.zfill(2)),
        native_code=pl.lit("in_transit"),
        location=pl.format("Hub, {}", pl.col("number")),
        leg=pl.when(pl.col("number") % BAD_EVERY == 0).then(pl.lit("up")).otherwise(pl.lit("forward")),
    )


def write(kind: str, folder: Path) -> Path:
    path = folder / f"scans.{kind}"
    if kind == "csv":
        frame().write_csv(path)
        lines = path.read_text().splitlines(keepends=True)
        lines[500] = "torn,row\n"  # the 500th row; it was a good one
        path.write_text("".join(lines))
    elif kind == "ndjson":
        frame().write_ndjson(path)
        lines = path.read_text().splitlines(keepends=True)
        lines[499] = '{"torn":\n'
        path.write_text("".join(lines))
    else:
        frame().with_columns(
            awb=pl.when(pl.int_range(1, ROWS + 1) == 500).then(None).otherwise("awb")
        ).write_parquet(path, row_group_size=130)
    return path


@pytest.mark.parametrize("batch_rows", [64, 333, ROWS * 2])
@pytest.mark.parametrize("kind", ["csv", "ndjson", "parquet"])
def test_batches_of_any_size_give_the_same_rows_and_numbers(
    kind: str, batch_rows: int, inbox: Path, settings: Settings, query: Query
) -> None:
    bad = [number for number in range(1, ROWS + 1) if number % BAD_EVERY == 0 or number == 500]
    calls: list[tuple[str, int, int | None]] = []

    result = load_file(
        write(kind, inbox),
        settings.model_copy(update={"batch_rows": batch_rows}),
        lambda *progress: calls.append(progress),
    )

    assert (result.rows_read, result.rows_loaded, result.rows_duplicate) == (ROWS, ROWS - len(bad), 0)
    assert [number for (number,) in query("select row_number from raw.quarantine order by 1")] == bad
    assert query("select count(*) from raw.scans where location is null") == [(0,)]
    assert [rows for _, rows, _ in calls] == sorted(rows for _, rows, _ in calls)
    assert calls[-1] == (f"scans.{kind}", ROWS, ROWS)
    assert len(calls) >= ROWS // (batch_rows + 1)
    assert result.lines()[-1] == f"scans.{kind}: 8 more rows in raw.quarantine"


def test_a_mostly_bad_file_is_refused_before_it_is_read_to_its_end(inbox: Path, settings: Settings) -> None:
    path = inbox / "scans.parquet"
    pl.DataFrame(
        {"courier": ["fedex"] * 10_000, "awb": ["1"] * 10_000, "scanned_at": ["2026-03-02"] * 10_000}
    ).with_columns(native_code=pl.lit("lost")).write_parquet(path)
    calls: list[tuple[str, int, int | None]] = []

    result = load_file(
        path, settings.model_copy(update={"batch_rows": 80}), lambda *progress: calls.append(progress)
    )

    assert result.status == "refused"
    # Of 10,000 rows 5,000 may fail.
    assert calls[-1] == ("scans.parquet", 5_040, 10_000)
    assert result.message.startswith(
        "scans.parquet: 5,040 of 5,040 rows fail at the door, for example row 1, courier: expected one of "
    )


def test_line_breaks_inside_quotes_do_not_shift_the_numbers(
    inbox: Path, settings: Settings, query: Query
) -> None:
    (inbox / "scans.csv").write_text(
        "courier,awb,scanned_at,native_code,remark\n"
        'generic,A1,2026-03-02,lost,"one\ntwo\n\nthree"\n'
        "generic,A2,2026-03-02\n"
        'generic,A3,2026-03-02,lost,"a ""b"""\n'
        "generic,,2026-03-02,lost,\n"
    )

    result = load_file(inbox / "scans.csv", settings)

    assert result.rows_loaded == 2
    assert query("select row_number, field from raw.quarantine order by 1") == [(2, None), (4, "awb")]
    assert query("select remark from raw.scans order by 1") == [('a "b"',), ("one\ntwo\n\nthree",)]
