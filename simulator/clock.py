"""Times of the world: whole seconds since 1970 in UTC, and days of Asia/Kolkata (IST, UTC+05:30) as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MINUTE = 60
HOUR = 3600
DAY = 86400
IST_SECONDS = 19800
NEVER = np.int64(2**40)
"""An instant that no world reaches (the year 36812)."""

OUT_FROM, OUT_TO = int(8.5 * HOUR), int(10.75 * HOUR)
VISIT_FROM, VISIT_TO = int(11.5 * HOUR), int(18.5 * HOUR)
"""Seconds of the IST day in which parcels go out, and in which the visits fall."""


def day_of(at: Any) -> Any:
    """The IST day number (days since 1970-01-01) of instants in UTC seconds."""
    return (at + IST_SECONDS) // DAY


def instant(day: Any, second: Any) -> Any:
    """The instant, in UTC seconds, of a second of an IST day."""
    return day * DAY + second - IST_SECONDS


class Dice:
    """All chance of a block, from one generator."""

    def __init__(self, seed: Sequence[int]) -> None:
        self.rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(list(seed))))

    def between(self, low: Any, high: Any, size: int) -> Ints:
        """Whole numbers from low to high, both included; low and high may be arrays."""
        drawn: Ints = self.rng.integers(low, np.asarray(high) + 1, size=size)
        return drawn

    def chance(self, share: Any, size: int) -> Bools:
        """True with the given probability (a number, or one for each)."""
        drawn: Bools = self.rng.random(size) < share
        return drawn

    def pick(self, weights: Sequence[float], size: int) -> Ints:
        """Indexes drawn with the given weights."""
        edges = np.cumsum(np.asarray(weights, dtype=float))
        drawn: Ints = np.searchsorted(edges, self.rng.random(size) * edges[-1], side="right").astype(np.int64)
        return np.minimum(drawn, len(edges) - 1)

    def visit(self, size: int) -> Ints:
        """Seconds of the day of visits to consignees."""
        return self.between(VISIT_FROM, VISIT_TO, size)

    def outing(self, size: int) -> Ints:
        """Seconds of the day at which parcels go out for delivery."""
        return self.between(OUT_FROM, OUT_TO, size)
