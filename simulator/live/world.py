"""The whole world in memory, and the two ways of reading it live: the stories of parcels, and the pushes to come."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
_FIRST_NUMBER = 10**9
"""Numbers of scans that are in no world yet: beyond the rows of any world."""

Key = tuple[str, str]
"""The voice that is heard, and the AWB."""


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


def without_orders(world: World, since: datetime) -> World:
    """The world whose couriers are told nothing from `since` on but what somebody really tells their desks: without
    its own orders to couriers that have one. Those that were sent before keep their answers."""
    parcels = world.files["shipments"].select(
        "courier", "awb", has_desk=pl.coalesce("via", "courier").is_in(list(SPEAKERS))
    )
    desks = parcels.filter("has_desk").unique(["courier", "awb"])
    later = pl.coalesce("submitted_at", "instructed_at") > since
    orders = world.files["courier_actions"].join(
        desks, on=["courier", "awb"], how="left", maintain_order="left"
    )
    kept = orders.filter(~(later & pl.col("has_desk").fill_null(False))).drop("has_desk")
    return replace(world, files={**world.files, "courier_actions": kept})


class Stories:
    """What couriers know of their parcels: each scan once, also where the feed has it twice.

    A parcel that was told something may have another story from then on (`change`); the pusher asks for its scans.
    """

    def __init__(self, world: World) -> None:
        self._lock = threading.Lock()
        self._cuts: dict[Key, datetime] = {}
        self._new: dict[Key, list[Scan]] = {}
        self._coming: list[tuple[datetime, int, Scan]] = []
        self._changed: list[tuple[datetime, str, str]] = []
        self._numbers = itertools.count(_FIRST_NUMBER)
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
        with self._lock:
            cut, new = self._cuts.get((voice, awb), now), self._new.get((voice, awb), [])
            story: list[Scan] = [row for row in rows if row["scanned_at"] <= min(cut, now).astimezone(UTC)]
            return story + [scan for scan in new if scan["scanned_at"] <= now]

    def change(self, voice: str, awb: str, at: datetime, scans: Sequence[Scan]) -> None:
        """From `at` on the parcel has these scans, the oldest first, and no others."""
        key = (voice, awb)
        with self._lock:
            self._cuts.setdefault(key, at)
            self._new[key] = [one for one in self._new.get(key, []) if one["scanned_at"] <= at] + list(scans)
            for scan in scans:
                heapq.heappush(self._coming, (scan["received_at"], next(self._numbers), scan))
            self._changed += [(at, scan["courier"], scan["awb"]) for scan in scans[:1]]

    def happens(self, voice: str, scan: Scan) -> bool:
        """Whether a scan of the world's, or of `due`, is still in its parcel's story."""
        key = (voice, scan["awb"])
        with self._lock:
            is_new = any(one is scan for one in self._new.get(key, ()))
            return is_new or (key not in self._cuts or scan["scanned_at"] <= self._cuts[key])

    def due(self, now: datetime) -> list[tuple[int, Scan]]:
        """The scans of `change` that are learnt by `now`, once, each with a number that no row of the world has."""
        found = []
        with self._lock:
            while self._coming and self._coming[0][0] <= now:
                _, number, scan = heapq.heappop(self._coming)
                found.append((number, scan))
        return found

    def changed(self, until: datetime) -> pl.DataFrame:
        """The courier and awb of the parcels that had another story by `until`."""
        with self._lock:
            rows = {(courier, awb) for at, courier, awb in self._changed if at <= until}
        return pl.DataFrame(sorted(rows), schema={"courier": pl.String, "awb": pl.String}, orient="row")
