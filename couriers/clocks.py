"""How couriers write time: each named format as one Polars expression that gives UTC or null.

Owns: the formats and their zones. Refuses: guessing; a text that is not exactly of the format (a day before
the month, a month without its zero, a year outside 2000 to 2099) is null, and the reader rejects the scan.

Times without a zone are IST (India keeps one offset the whole year, so it is a constant here). What `Z`
means is the caller's knowledge: UTC in Shadowfax's tracking answers, IST in ClickPost, which prints `Z`
although its documents say IST. A bare date stands at the last microsecond of its IST date.
"""

from __future__ import annotations

import re
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

#: What a part of a written format must look like; every other sign stands for itself.
PARTS = {
    "%Y": r"20\d\d", "%m": r"\d\d", "%d": r"\d\d", "%b": r"[A-Za-z]{3}",
    "%H": r"\d\d", "%M": r"\d\d", "%S": r"[0-5]\d", "%I": r"\d\d", "%p": r"[AaPp][Mm]",
}  # fmt: skip
#: Units of a count since 1970 -> microseconds.
EPOCHS = {"seconds": 1_000_000, "milliseconds": 1000}


def iso(value: pl.Expr, z_offset: timedelta = UTC_OFFSET, offset: timedelta = IST_OFFSET) -> pl.Expr:
    """`YYYY-MM-DD`, with `T` or a blank, `HH:MM[:SS[.f]]` and an optional `Z` or offset -> Datetime us UTC.

    No zone is `offset` (IST), `Z` is `z_offset` east of Greenwich; an offset is taken as written. One to nine decimals
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
    told = pl.duration(
        hours=parts.field("6").cast(pl.Int64, strict=False),
        minutes=parts.field("7").cast(pl.Int64, strict=False),
    )
    east = (
        pl.when(parts.field("5") == "+")
        .then(told)
        .when(parts.field("5") == "-")
        .then(-told)
        .when(parts.field("4").is_not_null())
        .then(pl.lit(z_offset))
        .otherwise(pl.lit(offset))
    )
    return (local - east).dt.replace_time_zone("UTC")


def is_date_only(value: pl.Expr) -> pl.Expr:
    """True where the text is a bare `YYYY-MM-DD`, so that the scan keeps date precision."""
    return value.str.strip_chars().str.contains(_DATE).fill_null(False)


def written(value: pl.Expr, pattern: str, offset: timedelta = IST_OFFSET) -> pl.Expr:
    """A text of exactly the format `pattern` (signs of PARTS), `offset` east of Greenwich -> Datetime us UTC.

    A format without an hour is a date: the last microsecond of its day, as in `iso`. Null when the text is
    anything else.
    """
    clean = value.str.strip_chars()
    fits = pl.when(clean.str.contains(_regex(pattern))).then(clean)
    if has_time(pattern):
        local = fits.str.to_datetime(pattern, time_unit="us", strict=False, exact=True)
    else:
        local = fits.str.to_date(pattern, strict=False).cast(pl.Datetime("us")) + pl.duration(
            days=1, microseconds=-1
        )
    return (local - pl.lit(offset)).dt.replace_time_zone("UTC")


def day_and_hour(day: pl.Expr, hour: pl.Expr) -> pl.Expr:
    """`DD-MM-YYYY` and `HHMM` or `HH:MM`, in IST, each in a field of its own -> Datetime us UTC.

    Without an hour (null or blank) it is a date, as in `iso`. Null when either is anything else.
    """
    stamp = pl.concat_str(day.str.strip_chars(), pl.lit(" "), hour.str.strip_chars())
    timed = pl.coalesce(written(stamp, "%d-%m-%Y %H%M"), written(stamp, "%d-%m-%Y %H:%M"))
    return pl.when(is_blank(hour)).then(written(day, "%d-%m-%Y")).otherwise(timed)


def is_blank(value: pl.Expr) -> pl.Expr:
    """True where a text is null or holds nothing but blanks."""
    return (value.str.strip_chars() == "").fill_null(True)


def has_time(pattern: str) -> bool:
    """Whether the format holds an hour; without one it is a date."""
    return "%H" in pattern or "%I" in pattern


def epoch(value: pl.Expr, unit: str) -> pl.Expr:
    """A count of `unit` (of EPOCHS) since 1970 in UTC, as digits -> Datetime us UTC, null outside 2000 to 2099."""
    count = value.str.strip_chars().str.extract(r"^(\d{1,15})(?:\.0+)?$").cast(pl.Int64, strict=False)
    first, last = 946_684_800_000_000 // EPOCHS[unit], 4_102_444_800_000_000 // EPOCHS[unit]
    sound = pl.when((count >= first) & (count < last)).then(count)
    return (sound * EPOCHS[unit]).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _instant(stamp: pl.Expr) -> pl.Expr:
    return stamp.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)


def _regex(pattern: str) -> str:
    pieces = re.split(r"(%[A-Za-z])", pattern)
    return "^" + "".join(PARTS.get(piece, re.escape(piece)) for piece in pieces) + "$"
