"""The couriers of the live world: their desks, and their tracking APIs, each with its own limit of calls."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from simulator.couriers import SPEAKERS
from simulator.couriers.speaking import Answer, Asked, Scan
from simulator.desks.answering import order, track
from simulator.desks.effects import Effect, Effects
from simulator.desks.window import Books
from simulator.live.plots import plot
from simulator.live.world import Stories
from simulator.rates import Rates

_SETTLE_SECONDS = 2.0
"""Real seconds until Delhivery says what came of a job: mostly at once, by its documents."""


@dataclass(frozen=True)
class Futures:
    """The parcels of a live world as its desks know them: what they are told changes what is to come."""

    stories: Stories
    clock: Callable[[], datetime]
    seed: int
    rates: Rates

    def story(self, slug: str, awb: str) -> Sequence[Scan]:
        """The scans until now."""
        return self.stories.until(slug, awb, self.clock())

    def changed(self, effect: Effect) -> None:
        """Give the parcel the story that this effect makes."""
        story = self.stories.until(effect.courier, effect.awb, effect.at)
        scans = plot(effect, story, self.seed, self.rates) if story else None
        if scans:
            self.stories.change(effect.courier, effect.awb, effect.at, scans)


class Desk:
    """Answers for all couriers; `counted` says how many calls of its tracking API each had.

    `effects`: of the orders until now; those that it has already changed the stories before.
    """

    def __init__(
        self,
        stories: Stories,
        clock: Callable[[], datetime],
        effects: Effects | None = None,
        seed: int = 0,
        rates: Rates | None = None,
    ) -> None:
        futures = Futures(stories, clock, seed, rates or Rates())
        self.books = Books(futures, clock, effects or Effects(), _SETTLE_SECONDS)
        for effect in self.books.effects.all():
            futures.changed(effect)
        self._calls: dict[str, deque[float]] = {slug: deque() for slug in SPEAKERS}
        self._lock = threading.Lock()
        self.counted = dict.fromkeys(SPEAKERS, 0)

    def answer(self, slug: str, asked: Asked) -> Answer:
        """The courier's answer; 404 for a courier that cannot be asked; at the root which there are."""
        if not slug:
            return 200, {"couriers": sorted(SPEAKERS)}
        answer = order(self.books, slug, asked) if slug in SPEAKERS else None
        if answer is not None:
            return answer
        speaker = SPEAKERS.get(slug)
        if speaker and speaker.answer and self._is_too_many(slug):
            return speaker.calls[2] if speaker.calls else 429, {"message": "too many calls"}
        return track(self.books, slug, asked)

    def _is_too_many(self, slug: str) -> bool:
        limit = SPEAKERS[slug].calls
        with self._lock:
            self.counted[slug] += 1
            if limit is None:
                return False
            calls, now = self._calls[slug], time.monotonic()
            while calls and calls[0] < now - limit[1]:
                calls.popleft()
            # A call that is turned away counts too: whoever goes on asking is never heard.
            calls.append(now)
            return len(calls) > limit[0]
