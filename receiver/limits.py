"""How much is taken: the size of a body, the time that it takes to arrive, all unproven bytes, requests a second."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect, Request

from receiver.errors import Turned

#: Seconds that a body may take to arrive.
_PATIENCE = 10
#: Bytes that all requests together may hold while nothing is known of their senders.
MOST_UNPROVEN = 64 << 20


@dataclass
class Budget:
    """Bytes that may be held at once."""

    most: int
    held: int = 0

    def take(self, size: int) -> None:
        """Hold so many more. Raises Turned (503) where there is no room for them."""
        if self.held + size > self.most:
            raise Turned(503, "limited", "unproven")
        self.held += size


async def read_body(request: Request, most_kb: int, budget: Budget | None = None) -> bytes:
    """The body as it came; while it comes it counts towards the budget, if there is one. Raises Turned: 413 too large,
    408 too slow, 400 the sender went away, 503 the budget is spent."""
    most = most_kb * 1024
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most:
        raise Turned(413, "too_large")
    body, held = bytearray(), 0
    try:
        async with asyncio.timeout(_PATIENCE):
            async for chunk in request.stream():
                if budget:
                    budget.take(len(chunk))
                    held += len(chunk)
                body += chunk
                if len(body) > most:
                    raise Turned(413, "too_large")
    except TimeoutError:
        raise Turned(408, "broken_off", "slow") from None
    except ClientDisconnect:
        raise Turned(400, "broken_off", "gone") from None
    finally:
        if budget:
            budget.held -= held
    return bytes(body)


@dataclass
class Buckets:
    """One bucket a key, which fills with `rate` a second up to `burst` (twice the rate, unless given); the least used
    are forgotten."""

    rate: float
    most_keys: int = 10_000
    burst: float | None = None
    _levels: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, key: str, now: float) -> None:
        """One request of `key` at `now` (monotonic seconds). Raises Turned (429) when its bucket is empty."""
        burst = self.burst or 2 * self.rate
        level, at = self._levels.pop(key, (burst, now))
        level = min(burst, level + (now - at) * self.rate)
        self._levels[key] = (level - 1 if level >= 1 else level, now)
        if len(self._levels) > self.most_keys:
            self._levels.popitem(last=False)
        if level < 1:
            raise Turned(429, "limited")
