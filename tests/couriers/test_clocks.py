"""Each time format at its edges: one reading or none."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from couriers.clocks import IST_OFFSET, UTC_OFFSET, epoch, is_date_only, iso, written


def read(expression: pl.Expr, value: str | None) -> datetime | bool | None:
    return pl.DataFrame({"v": [value]}, schema={"v": pl.String}).select(expression).item()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2019-01-09T17:10:42.767", datetime(2019, 1, 9, 11, 40, 42, 767000, UTC)),
        ("2019-01-09 17:10:42.767123", datetime(2019, 1, 9, 11, 40, 42, 767123, UTC)),
        ("2019-01-09T17:10:42", datetime(2019, 1, 9, 11, 40, 42, 0, UTC)),
        ("2019-01-09 17:10", datetime(2019, 1, 9, 11, 40, 0, 0, UTC)),
        (" 2019-01-09T00:00:00 ", datetime(2019, 1, 8, 18, 30, 0, 0, UTC)),
        ("2020-02-29T23:59:59.999999", datetime(2020, 2, 29, 18, 29, 59, 999999, UTC)),
        ("2019-01-01T05:29:59", datetime(2018, 12, 31, 23, 59, 59, 0, UTC)),
        ("2019-01-09T17:10:42+05:30", datetime(2019, 1, 9, 11, 40, 42, 0, UTC)),
        ("2019-01-09T17:10:42-0800", datetime(2019, 1, 10, 1, 10, 42, 0, UTC)),
        ("2019-01-09T17:10:42Z", datetime(2019, 1, 9, 17, 10, 42, 0, UTC)),
        ("2019-01-09", datetime(2019, 1, 9, 18, 29, 59, 999999, UTC)),
    ],
)
def test_iso_times_without_a_zone_are_ist(value: str, expected: datetime) -> None:
    assert read(iso(pl.col("v")), value) == expected


def test_what_z_means_is_the_readers_knowledge() -> None:
    assert read(iso(pl.col("v"), z_offset=IST_OFFSET), "2017-08-02T13:23:02Z") == datetime(
        2017, 8, 2, 7, 53, 2, 0, UTC
    )
    assert read(iso(pl.col("v")), "2017-08-02T13:23:02Z") == datetime(2017, 8, 2, 13, 23, 2, 0, UTC)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "09-01-2019 17:10:42",
        "01/09/2019",
        "2019-1-9",
        "2019-13-09",
        "2019-02-29",
        "2019-02-30T10:00:00",
        "2019-01-09T24:00:00",
        "2019-01-09T17:60:00",
        "2019-01-09T17:10:60",
        "0001-01-01T00:00:00",
        "1970-01-01T00:00:00",
        "2019-01-09T17:10:42 PM",
        "20190109",
        "1547032242000",
        "2019-01-09T12:36.710",
    ],
)
def test_anything_else_is_no_time(value: str | None) -> None:
    assert read(iso(pl.col("v")), value) is None


def test_only_a_bare_date_is_a_date() -> None:
    assert read(is_date_only(pl.col("v")), "2019-01-09") is True
    assert read(is_date_only(pl.col("v")), "2019-01-09T00:00:00") is False
    assert read(is_date_only(pl.col("v")), None) is False


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("23 05 2023 11:43:52", datetime(2023, 5, 23, 6, 13, 52, 0, UTC)),
        ("05 06 2023 00:00:00", datetime(2023, 6, 4, 18, 30, 0, 0, UTC)),
        ("29 02 2024 23:59:59", datetime(2024, 2, 29, 18, 29, 59, 0, UTC)),
        ("29 02 2023 11:43:52", None),
        ("05 23 2023 11:43:52", None),
        ("5 6 2023 11:43:52", None),
        ("2023 05 23 11:43:52", None),
        ("23-05-2023 11:43:52", None),
    ],
)
def test_shiprockets_head_is_written_day_first(value: str, expected: datetime | None) -> None:
    assert read(written(pl.col("v"), "%d %m %Y %H:%M:%S"), value) == expected


@pytest.mark.parametrize(
    ("value", "pattern", "expected"),
    [
        ("09-01-2019 1710", "%d-%m-%Y %H%M", datetime(2019, 1, 9, 11, 40, 0, 0, UTC)),
        ("09012019 0005", "%d%m%Y %H%M", datetime(2019, 1, 8, 18, 35, 0, 0, UTC)),
        ("09-Jan-2019 17:10", "%d-%b-%Y %H:%M", datetime(2019, 1, 9, 11, 40, 0, 0, UTC)),
        ("09-01-2019 05:10 pm", "%d-%m-%Y %I:%M %p", datetime(2019, 1, 9, 11, 40, 0, 0, UTC)),
        ("09-01-2019", "%d-%m-%Y", datetime(2019, 1, 9, 18, 29, 59, 999999, UTC)),
        ("9-01-2019 1710", "%d-%m-%Y %H%M", None),
        ("09-01-2019 930", "%d-%m-%Y %H%M", None),
        ("09-01-2019 2410", "%d-%m-%Y %H%M", None),
        ("09-01-2019 1760", "%d-%m-%Y %H%M", None),
        ("29-02-2019", "%d-%m-%Y", None),
        ("09-13-2019", "%d-%m-%Y", None),
        ("09-01-1019", "%d-%m-%Y", None),
        ("09.01.2019", "%d-%m-%Y", None),
        ("09-01-2019 1710 ", "%d-%m-%Y", None),
        (None, "%d-%m-%Y", None),
    ],
)
def test_a_written_format_is_read_exactly(value: str, pattern: str, expected: datetime | None) -> None:
    assert read(written(pl.col("v"), pattern), value) == expected


def test_a_written_format_has_the_zone_that_the_reader_knows() -> None:
    assert read(written(pl.col("v"), "%Y%m%d%H%M%S", UTC_OFFSET), "20190109171042") == datetime(
        2019, 1, 9, 17, 10, 42, 0, UTC
    )


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("1766995200000", "milliseconds", datetime(2025, 12, 29, 8, 0, 0, 0, UTC)),
        ("1766995200.0", "seconds", datetime(2025, 12, 29, 8, 0, 0, 0, UTC)),
        ("1766995200", "milliseconds", None),
        ("1766995200000", "seconds", None),
        ("-1", "seconds", None),
        ("99999999999999999999", "seconds", None),
        ("1.7e12", "milliseconds", None),
        ("2025-12-29", "seconds", None),
    ],
)
def test_a_count_since_1970_is_utc(value: str, unit: str, expected: datetime | None) -> None:
    assert read(epoch(pl.col("v"), unit), value) == expected
