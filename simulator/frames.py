"""Arrays of numbers as columns of a feed: instants, dates, words, times of day and airway bills."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from simulator.clock import NEVER, Ints
from simulator.shipments import Lives

UTC = pl.Datetime("us", "UTC")


def at_utc(at: Ints, until: int | None = None) -> pl.Series:
    """Instants in UTC with microseconds; null where NEVER or after `until`."""
    last = int(NEVER) - 1 if until is None else until
    series = pl.Series(at * 1_000_000, dtype=pl.Int64).cast(UTC)
    return series.set(pl.Series(at > last), None)


def dates(day: Ints) -> pl.Series:
    """IST day numbers as dates; null below zero."""
    return pl.Series(day, dtype=pl.Int64).cast(pl.Int32).cast(pl.Date).set(pl.Series(day < 0), None)


def words(spellings: Sequence[str | None], number: Ints) -> pl.Series:
    """Words by number; null below zero."""
    return pl.Series([*spellings, None], dtype=pl.String).gather(np.where(number < 0, len(spellings), number))


def times(minute: Ints) -> pl.Series:
    """Minutes of the day as HH:MM; null below zero."""
    return words([f"{value // 60:02d}:{value % 60:02d}" for value in range(24 * 60)], minute)


def awbs(lives: Lives) -> pl.Series:
    """Airway bills of the parcels; two lives of one AWB share it."""
    return pl.select(
        pl.concat_str(pl.lit("AW"), pl.Series(lives.awb_number + 10**9).cast(pl.String))
    ).to_series()


def ids(prefix: str, number: Ints) -> pl.Series:
    """Identifiers that are unique in a world where their numbers are."""
    return pl.select(
        pl.concat_str(pl.lit(prefix), pl.Series(number).cast(pl.String).str.zfill(9))
    ).to_series()
