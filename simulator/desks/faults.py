"""What goes wrong between a courier and whoever asks it: chosen by a seeded chance, or put there by a test."""

from __future__ import annotations

import random
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from enum import StrEnum


class Fault(StrEnum):
    """What happens to one call. `before`: nothing took place; `after`: all of it did, and nobody was told."""

    too_many = "too_many"
    too_many_without_word = "too_many_without_word"
    error_before = "error_before"
    error_after = "error_after"
    slow = "slow"
    hang_before = "hang_before"
    hang_after = "hang_after"
    garbled_after = "garbled_after"
    dropped_before = "dropped_before"
    dropped_after = "dropped_after"
    firewall = "firewall"


AFTER = frozenset({Fault.error_after, Fault.hang_after, Fault.garbled_after, Fault.dropped_after, Fault.slow})
"""Those in which the call is heard."""


def evenly(share: float) -> dict[Fault, float]:
    """Every fault as often as the others; `share` of all calls have one."""
    return dict.fromkeys(Fault, share / len(Fault))


class Faults:
    """Which call has which fault.

    `shares`: of all calls, by fault; `by_courier`: other shares for some couriers. The choice is by `seed` and the
    number of the call: the same calls in the same order meet the same faults.
    """

    def __init__(
        self,
        shares: Mapping[Fault, float] | None = None,
        seed: int = 0,
        by_courier: Mapping[str, Mapping[Fault, float]] | None = None,
    ) -> None:
        self._shares = dict(shares or {})
        self._by_courier = {slug: dict(own) for slug, own in (by_courier or {}).items()}
        self._forced: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._chance, self._lock = random.Random(seed), threading.Lock()
        self.met: Counter[Fault] = Counter()

    def force(self, slug: str, fault: Fault, times: int = 1) -> None:
        """The next calls to this courier meet this fault, before any chance."""
        with self._lock:
            self._forced[slug].extend([fault] * times)

    def pick(self, slug: str) -> Fault | None:
        """What happens to the next call to this courier; None: nothing."""
        with self._lock:
            forced = self._forced[slug]
            fault = forced.popleft() if forced else self._draw(self._by_courier.get(slug, self._shares))
            if fault is not None:
                self.met[fault] += 1
            return fault

    def _draw(self, shares: Mapping[Fault, float]) -> Fault | None:
        drawn = self._chance.random()
        for fault, share in shares.items():
            drawn -= share
            if drawn < 0:
                return fault
        return None
