"""How couriers write time: each named format as one Polars expression that gives UTC or null.

Owns: the formats and their zones. Refuses: guessing; a text that is not exactly of the format (a day before
the month, a month without its zero, a year outside 2000 to 2099) is null, and the reader rejects the scan.

Times without a zone are IST (India keeps one offset the whole year, so it is a constant here). What `Z`
means is the caller's knowledge: UTC in Shadowfax's tracking answers, IST in ClickPost, which prints `Z`
although its documents say IST. A bare date stands at the last microsecond of its IST date.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

IST_OFFSET = timedelta(hours=5, minutes=30)
UTC_OFFSET = timedelta(0)

_ISO = (
    r"^(20\d\d-\d\d-\d\d)"
    r"(?:[T ](\d\d:\d\d)(:[0-5]\d(?:\.\d{1,9})?)?"
    r"(?:([Zz])|([+-])(\d\d):?([0-5]\d))?)?$"
)
_DATE = r"^20\d\d-\d\d-\d\d$"
_DAY_MONTH_YEAR = r"^(\d\d) (\d\d) (20\d\d) (\d\d:\d\d:[0-5]\d)$"


def iso(value: pl.Expr, z_offset: timedelta = UTC_OFFSET) -> pl.Expr:
    """`YYYY-MM-DD`, with `T` or a blank, `HH:MM[:SS[.f]]` and an optional `Z` or offset -> Datetime us UTC.

    No zone is IST; `Z` is `z_offset` east of Greenwich; an offset is taken as written. One to nine decimals
    are read, microseconds kept. Null when the text is anything else.
    """
    parts = value.str.strip_chars().str.extract_groups(_ISO).struct
    date, minute, second = parts.field("1"), parts.field("2"), parts.field("3")
    clock = (
        pl.when(minute.is_null())
        .then(pl.lit("23:59:59.999999"))
        .otherwise(pl.concat_str(minute, second.fill_null(":00")))
    )
    local = _instant(pl.concat_str(date, pl.lit(" "), clock))
    written = pl.duration(
        hours=parts.field("6").cast(pl.Int64, strict=False),
        minutes=parts.field("7").cast(pl.Int64, strict=False),
    )
    offset = (
        pl.when(parts.field("5") == "+")
        .then(written)
        .when(parts.field("5") == "-")
        .then(-written)
        .when(parts.field("4").is_not_null())
        .then(pl.lit(z_offset))
        .otherwise(pl.lit(IST_OFFSET))
    )
    return (local - offset).dt.replace_time_zone("UTC")


def is_date_only(value: pl.Expr) -> pl.Expr:
    """True where the text is a bare `YYYY-MM-DD`, so that the scan keeps date precision."""
    return value.str.strip_chars().str.contains(_DATE).fill_null(False)


def day_month_year(value: pl.Expr) -> pl.Expr:
    """`DD MM YYYY HH:MM:SS` in IST (Shiprocket's current_timestamp) -> Datetime us UTC, null otherwise."""
    parts = value.str.strip_chars().str.extract_groups(_DAY_MONTH_YEAR).struct
    stamp = pl.concat_str(
        parts.field("3"),
        pl.lit("-"),
        parts.field("2"),
        pl.lit("-"),
        parts.field("1"),
        pl.lit(" "),
        parts.field("4"),
    )
    return (_instant(stamp) - pl.lit(IST_OFFSET)).dt.replace_time_zone("UTC")


def _instant(stamp: pl.Expr) -> pl.Expr:
    return stamp.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
