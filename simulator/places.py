"""Where parcels go and come from: a few hundred pincodes of the project's seed, and the customers' homes in them."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from settings import PROJECT_DIR
from simulator.clock import Ints

PINCODES_PATH = PROJECT_DIR / "dbt_project" / "seeds" / "pincodes.csv"
DESTINATIONS, ORIGINS = 480, 6


@cache
def pincodes() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Destinations and origins: pincode, district, state; the same few hundred in every world.

    Raises FileNotFoundError when the project's pincode seed is missing.
    """
    delivering = (
        pl.read_csv(
            PINCODES_PATH,
            columns=["pincode", "district", "state", "delivery_post_offices"],
            schema_overrides={"pincode": pl.String},
        )
        .filter((pl.col("delivery_post_offices") > 0) & pl.col("district").is_not_null())
        .sort("pincode")
    )
    step = delivering.height // (DESTINATIONS + ORIGINS)
    chosen = delivering.gather_every(step).select("pincode", "district", "state").head(DESTINATIONS + ORIGINS)
    every = chosen.height // ORIGINS
    is_origin = (pl.int_range(pl.len()) % every == every // 2) & (pl.int_range(pl.len()) < every * ORIGINS)
    return chosen.filter(~is_origin), chosen.filter(is_origin)


def mixed(number: Ints, salt: int) -> Ints:
    """Numbers spread evenly, always the same for the same number and salt (splitmix64)."""
    offset = np.uint64(salt * 0x9E3779B97F4A7C15 % 2**64)
    value = (number.astype(np.uint64) + offset) * np.uint64(0xBF58476D1CE4E5B9)
    value ^= value >> np.uint64(29)
    value *= np.uint64(0x94D049BB133111EB)
    value ^= value >> np.uint64(32)
    mixed: Ints = (value >> np.uint64(2)).astype(np.int64)
    return mixed


def home_of(customer: Ints, places: int) -> Ints:
    """The place (row of the destinations) where each customer lives; few places take many parcels."""
    share = (mixed(customer, 1) % 1_000_000) / 1_000_000
    home: Ints = (share**1.6 * places).astype(np.int64)
    return home
