"""What became of orders that were taken, or may have been: asked of the courier until it says so.

Owns: which are asked. An order stays what it is until there is a plain word; one that a courier's own list shows never
to have arrived is sent again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from action_sync.desk import Desk, results
from action_sync.verdicts import call_of, order_of, step
from apis.line import LoginFailed, NoReply, NotSent
from couriers.actions import Answer, Verdict
from ledger.outbox import Claim, Step, due_to_read_back, has_open

#: Orders that are asked about at once. After them comes what is to be sent.
AT_ONCE = 4

#: What ends the question. later: the courier says that it was not done, and may be asked again.
_PLAIN = (Verdict.accepted, Verdict.rejected, Verdict.absent, Verdict.later)
#: Until a courier's own list may miss what it was told.
_BELIEVED_AFTER = timedelta(minutes=5)


@dataclass
class Reader:
    """Reads back the orders of one interface."""

    desk: Desk

    def is_due(self) -> bool:
        """Whether something is to be read back now. Raises LedgerUnavailable."""
        return has_open(self.desk.ledger, self.desk.slug, self.desk.now())

    async def read(self) -> int:
        """Read back what is due; how many orders it was about. Raises LedgerUnavailable."""
        claim = self.desk.claim()
        rows = await asyncio.to_thread(due_to_read_back, self.desk.ledger, self.desk.slug, claim, AT_ONCE)
        read = await asyncio.gather(*(self._read(row, claim) for row in rows), return_exceptions=True)
        steps = results(read)
        if steps:
            await self.desk.settle(steps)
        return len(steps)

    async def _read(self, row: Any, claim: Claim) -> Step:
        answer, now = await self._ask(row), self.desk.now()
        if answer is None:
            return replace(step(self.desk.actions, row, claim.by, _as_it_is(row), now), next_at=now)
        is_early = answer.verdict is Verdict.absent and now - row.sent_at < _BELIEVED_AFTER
        if answer.verdict not in _PLAIN or is_early:
            answer = replace(_as_it_is(row), reference=answer.reference)
        return step(self.desk.actions, row, claim.by, answer, now)

    async def _ask(self, row: Any) -> Answer | None:
        """What the courier says of it now; None: it may not be asked in this turn."""
        desk, call = self.desk, call_of(self.desk.actions, row)[1]
        way = call.read_back if call else None
        if way is None or (way.needs_reference and not row.reference):
            return Answer(Verdict.unknown)
        if not await desk.may_call():
            return None
        order = order_of(row)
        try:
            reply = await desk.line.call(lambda token: way.ask(order, row.reference, desk.own, token))
        except (LoginFailed, NotSent, NoReply) as error:
            await desk.lost(error)
            return Answer(Verdict.unknown)
        await desk.heard(reply)
        if reply.wait(desk.actions.waits) is not None:
            return Answer(Verdict.unknown)
        try:
            return way.read(order, row.sent_at, reply.status, reply.body)
        except Exception:  # a stranger's body; the order stays as unclear as it was
            return Answer(Verdict.unknown)


def _as_it_is(row: Any) -> Answer:
    return Answer(Verdict(row.state), row.reason)
