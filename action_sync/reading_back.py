"""What became of orders that were taken, or may have been: asked of the courier until it says so.

Owns: which are asked. An order stays what it is until there is a plain word; one that a courier's own list shows never
to have arrived is sent again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from action_sync.desk import Desk
from action_sync.verdicts import call_of, order_of, step
from apis.line import LoginFailed, NoReply, NotSent
from couriers.actions import Answer, Verdict
from ledger.outbox import Claim, Step, due_to_read_back, has_open, settle

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
        steps = await asyncio.gather(*(self._read(row, claim) for row in rows))
        if steps:
            await asyncio.to_thread(settle, self.desk.ledger, steps)
        return len(steps)

    async def _read(self, row: Any, claim: Claim) -> Step:
        answer, now = await self._ask(row), self.desk.now()
        is_early = answer.verdict is Verdict.absent and now - row.sent_at < _BELIEVED_AFTER
        if answer.verdict not in _PLAIN or is_early:
            answer = replace(answer, verdict=Verdict(row.state), reason=row.reason)
        return step(self.desk.actions, row, claim.by, answer, now)

    async def _ask(self, row: Any) -> Answer:
        desk, call = self.desk, call_of(self.desk.actions, row)[1]
        way = call.read_back if call else None
        if way is None or (way.needs_reference and not row.reference):
            return Answer(Verdict.unknown)
        if not await desk.may_call():
            return Answer(Verdict.unknown)
        order = order_of(row)
        try:
            reply = await desk.line.call(lambda token: way.ask(order, row.reference, desk.own, token))
            answer = way.read(order, row.sent_at, reply.status, reply.body)
        except (LoginFailed, NotSent, NoReply) as error:
            await desk.failed(str(error))
            return Answer(Verdict.unknown)
        except Exception:  # a stranger's body; the order stays as unclear as it was
            return Answer(Verdict.unknown)
        await desk.answered()
        return answer
