"""One courier's interface as one dispatcher uses it: what it is made of, its lane and its claims.

Owns: the silence. A lane keeps silent when its courier asks for it, and when calls fail one after the other; after that
one call is tried before the others. It stands in the ledger, so that a restart and other machines keep it too.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from action_sync.verdicts import backoff
from apis.clock import Clock, Pace
from apis.line import CONNECT_SECONDS, Line
from couriers.actions import Actions
from ledger.database import Ledger
from ledger.lanes import Lane, hold, note
from ledger.outbox import Claim
from settings import CourierSettings

#: Failed calls in a row after which a lane keeps silent, and its first silence.
PATIENCE, FIRST_SILENCE = 3, timedelta(seconds=5)
#: Real seconds beyond a call's own limit after which whoever made it counts as dead.
GRACE_SECONDS = 15.0
#: Real seconds in which one turn may begin calls. After them it is looked again at what is most urgent: a customer's
#: answer does not wait for a long queue of defaults, nor for hundreds that are to be read back.
TURN_SECONDS = 10.0


@dataclass
class Desk:
    """`by` is a word that no other dispatcher has."""

    slug: str
    by: str
    actions: Actions
    own: CourierSettings
    line: Line
    pace: Pace
    clock: Clock
    ledger: Ledger

    def __post_init__(self) -> None:
        self._lane = Lane(self.slug)
        self._is_silent = False
        self._turn_ends = 0.0

    def now(self) -> datetime:
        """The product's clock."""
        return self.clock.settings.now()

    def claim(self) -> Claim:
        """A claim for one call, as long as a call may take."""
        now = self.now()
        return Claim(f"{self.by[:12]}{uuid4().hex[:20]}", now, now + self._lease(0))

    async def hold(self) -> bool:
        """Hold the lane for a turn; False while another dispatcher does, or while it keeps silent. Raises
        LedgerUnavailable."""
        now = self.now()
        until = now + self._lease(TURN_SECONDS)
        lane = await asyncio.to_thread(hold, self.ledger, self.slug, self.by, now, until)
        if lane is None:
            return False
        self._lane = lane
        self._is_silent = lane.paused_until is not None and lane.paused_until > now
        self._turn_ends = self.clock.now() + TURN_SECONDS * self.clock.speed
        return not self._is_silent

    async def may_call(self) -> bool:
        """Wait until a call may be made; False at once where none may be in this turn."""
        is_let = not self._is_silent and await self.pace.turn(self._turn_ends)
        # Others that were under way may have failed meanwhile.
        return is_let and not self._is_silent

    @property
    def turn_ends(self) -> float:
        """Until when this turn may begin calls, in seconds of the product's clock since 1970."""
        return self._turn_ends

    @property
    def is_over(self) -> bool:
        """Whether this turn may begin no further call."""
        return self._is_silent or self.clock.now() >= self._turn_ends

    @property
    def is_on_trial(self) -> bool:
        """Whether one call is to show first that the courier answers again."""
        return self._lane.trouble >= PATIENCE

    async def failed(self, reason: str, silence: timedelta | None = None) -> None:
        """A call failed, and the courier wants so much silence (None: it did not say)."""
        count = self._lane.trouble + 1
        if silence is None and count >= PATIENCE:
            silence = backoff(count - PATIENCE + 1, FIRST_SILENCE)
        until = self._lane.paused_until
        if silence:
            until, self._is_silent = self.now() + silence, True
            self.pace.pause(silence.total_seconds())
        self._lane = replace(self._lane, trouble=count, paused_until=until, reason=reason[:64])
        await asyncio.to_thread(note, self.ledger, self._lane)

    async def answered(self) -> None:
        """A call was answered."""
        if self._lane.trouble:
            self._lane = replace(self._lane, trouble=0, paused_until=None, reason=None)
            await asyncio.to_thread(note, self.ledger, self._lane)

    def _lease(self, seconds: float) -> timedelta:
        """So many real seconds, and a call with its login: what begins in them ends in the lease."""
        calls = 2 if self.actions.login else 1
        seconds += calls * (CONNECT_SECONDS + self.actions.answer_seconds) + GRACE_SECONDS
        return timedelta(seconds=seconds * self.clock.speed)
