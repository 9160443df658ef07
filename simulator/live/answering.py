"""The couriers' tracking APIs in the live world, each with its own limit of calls."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime

from simulator.couriers import SPEAKERS
from simulator.couriers.speaking import Answer, Asked
from simulator.live.world import Stories

_LARGEST = 1 << 20


class Desk:
    """Answers for all couriers; `counted` says how many calls each had."""

    def __init__(self, stories: Stories, clock: Callable[[], datetime]) -> None:
        self._stories, self._clock = stories, clock
        self._calls: dict[str, deque[float]] = {slug: deque() for slug in SPEAKERS}
        self._lock = threading.Lock()
        self.counted = dict.fromkeys(SPEAKERS, 0)

    def answer(self, slug: str, asked: Asked) -> Answer:
        """The courier's answer; 404 for a courier that cannot be asked; at the root which there are."""
        if not slug:
            return 200, {"couriers": sorted(SPEAKERS)}
        speaker = SPEAKERS.get(slug)
        if speaker is None or speaker.answer is None:
            return 404, {"message": "no such courier"}
        if self._is_too_many(slug):
            return speaker.calls[2] if speaker.calls else 429, {"message": "too many calls"}
        return speaker.answer(asked, lambda awb: self._stories.until(slug, awb, self._clock()))

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
