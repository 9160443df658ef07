"""The parcels of a block: when they were manifested, who ordered what, and the marks of their courier's habits.

One `Lives` holds the arrays of a block, a parcel's place in them is its number everywhere else. Which courier
carries a parcel is settled last (`telling.settle_couriers`), when it is known what the courier has to say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator import people, places
from simulator.clock import DAY, HOUR, NEVER, Bools, Dice, Ints, day_of, instant
from simulator.rates import Rates

BUSINESS_FROM, BUSINESS_TO = 8 * HOUR, 20 * HOUR


@dataclass
class Lives:
    """The parcels of a block. Instants are UTC seconds; `number` is the parcel's place in the whole world."""

    number: Ints
    manifested_at: Ints
    customer: Ints
    home: Ints
    origin: Ints
    is_cod: Bools
    brand: Ints
    value: Ints
    courier: Ints
    voice: Ints
    is_numbered: Bools
    says_leg: Bools
    is_without_ofd: Bools
    is_unknowable: Bools
    ended_at: Ints
    epoch: Ints
    awb_number: Ints

    def __len__(self) -> int:
        return len(self.number)


@dataclass(frozen=True)
class World:
    """How many parcels a world has, when they are manifested (UTC seconds), and the shares of the couriers."""

    parcels: int
    since: int
    until: int
    couriers: list[float]


def make(world: World, rates: Rates, dice: Dice, *, first: int, count: int) -> Lives:
    """The parcels `first` to `first + count` of a world, manifested in business hours of the IST day."""
    since, until = world.since, world.until
    at = dice.between(since, max(until - 1, since), count)
    in_hours = instant(day_of(at), dice.between(BUSINESS_FROM, BUSINESS_TO, count))
    at = np.where((in_hours >= since) & (in_hours < until), in_hours, at)
    number = np.arange(first, first + count, dtype=np.int64)
    customer = dice.between(0, max(int(world.parcels / rates.parcels_per_customer) - 1, 0), count)
    brand = dice.pick([1.0] * len(people.BRANDS), count)
    low, high = (np.array([row[column] for row in people.BRANDS])[brand] for column in (2, 3))
    no = np.zeros(count, dtype=np.bool_)
    return Lives(
        number=number,
        manifested_at=at,
        customer=customer,
        home=places.home_of(customer, places.DESTINATIONS),
        origin=dice.pick([1.0] * places.ORIGINS, count),
        is_cod=dice.chance(rates.cod_share, count),
        brand=brand,
        value=dice.between(low, high, count),
        courier=dice.pick(world.couriers, count),
        voice=np.zeros(count, dtype=np.int64),
        is_numbered=dice.chance(rates.numbered, count),
        says_leg=dice.chance(rates.says_leg, count),
        is_without_ofd=dice.chance(rates.without_ofd, count),
        is_unknowable=no,
        ended_at=np.full(count, NEVER),
        epoch=np.zeros(count, dtype=np.int64),
        awb_number=number.copy(),
    )


def reuse_awbs(lives: Lives, share: float, dice: Dice, *, scanned: Ints, scanned_at: Ints) -> Ints:
    """Give some parcels the AWB of one of their courier that is done with: its story ended two days and more
    before the new manifest, or its last scan is a month old.

    `scanned` and `scanned_at` are the parcels and instants of all scans. Sets `awb_number` and `epoch` (the IST date
    of the manifest as yyyymmdd); returns, for each parcel, the parcel whose AWB it took, else -1.
    """
    taken_from = np.full(len(lives), -1, dtype=np.int64)
    last_scan_at = np.zeros(len(lives), dtype=np.int64)
    np.maximum.at(last_scan_at, scanned, scanned_at)
    free_at = np.where(lives.ended_at < NEVER, lives.ended_at + 2 * DAY, last_scan_at + 31 * DAY)
    wants = dice.chance(share, len(lives))
    for courier in np.unique(lives.courier):
        mine = lives.courier == courier
        heirs, ended = np.flatnonzero(mine & wants), np.flatnonzero(mine & ~wants & ~lives.is_unknowable)
        heirs = heirs[np.argsort(lives.manifested_at[heirs], kind="stable")]
        silent_first = np.lexsort((free_at[ended], lives.ended_at[ended] < NEVER))
        ended = ended[silent_first]
        pairs = min(len(heirs), len(ended))
        heirs, ended = heirs[len(heirs) - pairs :][::-1], ended[:pairs]
        fits = free_at[ended] < lives.manifested_at[heirs]
        taken_from[heirs[fits]] = ended[fits]
    heir = np.flatnonzero(taken_from >= 0)
    lives.awb_number[heir] = lives.number[taken_from[heir]]
    dates = pl.Series(day_of(lives.manifested_at[heir])).cast(pl.Int32).cast(pl.Date)
    lives.epoch[heir] = dates.dt.strftime("%Y%m%d").cast(pl.Int64).to_numpy()
    return taken_from
