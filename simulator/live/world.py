"""The whole world in memory, and the two ways of reading it live: the stories of parcels, and the pushes to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from simulator.clock import Dice
from simulator.couriers import SPEAKERS
from simulator.couriers.speaking import Scan
from simulator.history import TRUTH, blocks
from simulator.rates import Rates

_LOSSES = 1_000_003
"""Chance of its own for the losses: beyond the number of any block."""


@dataclass(frozen=True)
class World:
    """The feeds of a world as known at its end, by name.

    `pushed`: the scans that couriers push, in the order in which they come, with `voice` (who is heard) and `is_lost`
    (the push never arrives). The other scans are in `files`, which also has all the other feeds.
    """

    pushed: pl.DataFrame
    files: dict[str, pl.DataFrame]


def live_world(shipments: int, days: int, seed: int, end: datetime, rates: Rates | None = None) -> World:
    """The world that `simulator.history.generate` makes of the same arguments."""
    rates = rates or Rates()
    made = list(blocks(shipments, days, seed, end, until=end, rates=rates))
    files = {
        name: pl.concat([block[name] for block in made]) for name in made[0] if not name.startswith(TRUTH)
    }
    scans = files["scans"].with_columns(voice=pl.coalesce("via", "courier"))
    scans = scans.with_columns(
        is_lost=pl.Series(Dice([seed, _LOSSES]).chance(rates.lost_pushes, scans.height))
    )
    is_pushed = pl.col("voice").is_in(list(SPEAKERS))
    files["scans"] = scans.filter(~is_pushed).drop("voice", "is_lost")
    return World(scans.filter(is_pushed).sort("received_at", maintain_order=True), files)


class Stories:
    """What couriers know of their parcels: each scan once, also where the feed has it twice."""

    def __init__(self, world: World) -> None:
        minute = pl.col("scanned_at").dt.truncate("1m").alias("minute")
        self._scans = (
            world.pushed.with_columns(minute)
            .sort("voice", "awb", "scanned_at", maintain_order=True)
            .unique(["voice", "awb", "native_code", "minute"], keep="first", maintain_order=True)
        )
        places = self._scans.with_row_index("first").group_by("voice", "awb", maintain_order=True)
        self._places: dict[tuple[str, str], tuple[int, int]] = {
            (voice, awb): (first, many)
            for voice, awb, first, many in places.agg(pl.col("first").min(), many=pl.len()).rows()
        }

    def until(self, voice: str, awb: str, now: datetime) -> list[Scan]:
        """The scans of an AWB that happened by `now`, the oldest first; none where the courier does not know it."""
        first, many = self._places.get((voice, awb), (0, 0))
        rows: list[dict[str, Any]] = self._scans[first : first + many].rows(named=True)
        return [row for row in rows if row["scanned_at"] <= now.astimezone(UTC)]
