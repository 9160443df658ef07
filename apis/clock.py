"""Time as a caller sees it: seconds of the product's clock, which may be simulated, and the pace of one API.

Owns: the waiting. A simulated clock that runs faster makes every wait as much shorter.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from settings import Settings

#: The share of a courier's limit that is used: its server does not see our calls at the distances at which we start
#: them, and other programs of the same address may ask too.
USED_SHARE = 0.9


@dataclass(frozen=True)
class Clock:
    """The clock of the settings, as seconds since 1970."""

    settings: Settings

    def now(self) -> float:
        """The present."""
        return self.settings.now().timestamp()

    @property
    def speed(self) -> float:
        """Seconds of this clock that pass in a real one."""
        return self.settings.clock_speed if self.settings.clock_start else 1.0

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds of this clock pass."""
        await asyncio.sleep(max(0.0, seconds) / self.speed)


def instant(seconds: float) -> datetime:
    """The instant of seconds since 1970, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


@dataclass
class Pace:
    """Lets calls through one after the other, evenly: never a burst, so that a poller that was killed and started
    again keeps the limit without knowing what it asked before."""

    clock: Clock
    calls: int
    seconds: float
    _next_at: float = 0.0
    _turns: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def interval(self) -> float:
        """Seconds between two calls."""
        return self.seconds / (self.calls * USED_SHARE)

    async def turn(self, end: float) -> bool:
        """Wait for one's turn, and for a pause that is asked for meanwhile; False at once where `end` is before it."""
        async with self._turns:
            while (rest := self._next_at - self.clock.now()) > 0:
                if self._next_at >= end:
                    return False
                await self.clock.sleep(rest)
            now = self.clock.now()
            # From the planned instant, or the little delays of every call would add up; after a long one anew.
            planned = self._next_at if now - self._next_at < self.interval else now
            self._next_at = planned + self.interval
            return now < end

    @property
    def rest(self) -> float:
        """Seconds until a call may be made."""
        return max(0.0, self._next_at - self.clock.now())

    def pause(self, seconds: float) -> None:
        """Let no call through for so long from now on."""
        self._next_at = max(self._next_at, self.clock.now() + seconds)
