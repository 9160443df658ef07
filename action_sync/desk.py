"""One courier's interface as one dispatcher uses it: what it is made of, its lane and its claims.

Owns: the silence. A lane keeps silent when its courier asks for it, and when calls fail one after the other; after that
one call is tried before the others. It stands in the ledger, so that a restart and other machines keep it too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from action_sync.verdicts import backoff
from apis.clock import Clock, Pace
from apis.line import CONNECT_SECONDS, Line, LoginFailed, NoReply, NotSent, Reply
from couriers.actions import Actions
from ledger.database import Ledger
from ledger.errors import LedgerUnavailable
from ledger.lanes import Lane, hold, note
from ledger.outbox import Claim, Step, settle
from settings import CourierSettings

_T = TypeVar("_T")

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
        #: Until when this turn may begin calls, in seconds of the product's clock since 1970.
        self.turn_ends = 0.0

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
        self.turn_ends = self.clock.now() + TURN_SECONDS * self.clock.speed
        return not self._is_silent

    async def may_call(self) -> bool:
        """Wait until a call may be made; False at once where none may be in this turn."""
        is_let = not self._is_silent and await self.pace.turn(self.turn_ends)
        # Others that were under way may have failed meanwhile.
        return is_let and not self._is_silent

    @property
    def is_over(self) -> bool:
        """Whether this turn may begin no further call."""
        return self._is_silent or self.clock.now() >= self.turn_ends

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
            # What another call was told meanwhile still holds.
            until, self._is_silent = max(filter(None, (until, self.now() + silence))), True
            self.pace.pause(silence.total_seconds())
        await self._note(replace(self._lane, trouble=count, paused_until=until, reason=reason[:64]))

    async def answered(self) -> None:
        """A call was answered. One that was under way when another was told to keep silent ends no silence."""
        if self._lane.trouble and not self._is_silent:
            await self._note(replace(self._lane, trouble=0, paused_until=None, reason=None))

    async def heard(self, reply: Reply) -> None:
        """A call was answered with this: it asks for silence, it is a fault, or all is well."""
        seconds = reply.wait(self.actions.waits)
        if seconds is not None:
            await self.failed(str(reply.status), timedelta(seconds=seconds))
        elif reply.status >= 500:
            await self.failed(str(reply.status))
        else:
            await self.answered()

    async def lost(self, error: LoginFailed | NotSent | NoReply) -> None:
        """A call was not answered; a login that asks for silence gets it."""
        reply = error.reply if isinstance(error, LoginFailed) else None
        seconds = reply.wait(self.actions.waits) if reply else None
        await self.failed(str(error), timedelta(seconds=seconds) if seconds is not None else None)

    async def settle(self, steps: Sequence[Step]) -> None:
        """Keep what came of orders. What a courier answered is known here alone until then: a ledger that is busy is
        tried again, within the claim. Raises LedgerUnavailable."""
        for seconds in (0.2, 1.0, 3.0):
            with suppress(LedgerUnavailable):
                await asyncio.to_thread(settle, self.ledger, steps)
                return
            await asyncio.sleep(seconds)
        await asyncio.to_thread(settle, self.ledger, steps)

    async def _note(self, lane: Lane) -> None:
        self._lane = lane
        # The answer that led to it counts for more; the next call notes it again.
        with suppress(LedgerUnavailable):
            await asyncio.to_thread(note, self.ledger, lane)

    def _lease(self, seconds: float) -> timedelta:
        """So many real seconds, and a call with its login: what begins in them ends in the lease."""
        calls = 2 if self.actions.login else 1
        seconds += calls * (CONNECT_SECONDS + self.actions.answer_seconds) + GRACE_SECONDS
        return timedelta(seconds=seconds * self.clock.speed)


def results(found: Sequence[_T | BaseException]) -> list[_T]:
    """What calls under way gave, once all have ended. Raises the first of their errors."""
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return [one for one in found if not isinstance(one, BaseException)]
