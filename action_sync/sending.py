"""Orders of one courier's interface, sent: checked against what has come since, claimed, given, settled.

Owns: the order of these steps. Whatever is not a plain answer leaves an order unknown, and what is unknown is not sent
again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from action_sync.desk import Desk, results
from action_sync.heads import HeadReader
from action_sync.verdicts import all_of, call_of, order_of, step
from apis.line import LoginFailed, NoReply, NotSent
from couriers.actions import Answer, Call, Order, Verdict
from couriers.tracking import Request
from ledger.news import parcels_with_news
from ledger.outbox import begin, due
from ledger.receipts import last_id
from ledger.wanted import basis_in
from settings import CourierSettings

#: Orders of one round.
ROUND = 200
#: Most orders of one call, where it can be read back and where it cannot: a broken connection leaves them all unknown.
BATCH, BLIND_BATCH = 50, 10
#: Calls at once.
AT_ONCE = 4

#: The orders of one call; None in the place of the call: there is none that says it.
Batch = tuple[Call | None, list[Any]]


@dataclass
class Sender:
    """`heads` reads parcels' heads; None: this courier cannot be asked."""

    desk: Desk
    heads: HeadReader | None = None

    def due(self) -> tuple[list[Any], int]:
        """The orders that may leave, without those of whose parcels the ledger has news that the build has not seen;
        and the receipt up to which was looked for it. Raises LedgerUnavailable."""
        rows = due(self.desk.ledger, self.desk.slug, self.desk.now(), ROUND)
        if not rows:
            return [], 0
        with self.desk.ledger.read() as connection:
            known = basis_in(connection)
            if known is None:
                return [], 0
            checked_to = last_id(connection)
            parcels = [(row.courier, row.awb) for row in rows]
            told = parcels_with_news(connection, parcels, known.receipt_id, known.entry_id)
        free = [row for row in rows if (row.courier, row.awb) not in told]
        # One order of a parcel at a time: in one call with another its answer could be either's.
        return list({(row.courier, row.awb): row for row in reversed(free)}.values())[::-1], checked_to

    async def send(self, rows: Sequence[Any], checked_to: int) -> bool:
        """Send orders that are due, the most urgent first, as far as this turn goes; whether any call was made. Raises
        LedgerUnavailable."""
        slots, under_way = asyncio.Semaphore(AT_ONCE), list[asyncio.Task[bool]]()
        size = self.heads.tracking.most_awbs if self.heads else BATCH

        async def give(batch: Batch) -> bool:
            async with slots:
                return await self._give(*batch, checked_to)

        try:
            # Heads are read just before their orders leave, while others are on their way.
            for start in range(0, len(rows), size):
                part = list(rows[start : start + size])
                if self.heads:
                    part = await self.heads.unchanged(part, self.desk.turn_ends)
                batches = list(self._batches(part))
                if self.desk.is_on_trial:
                    batches = batches[:1]
                under_way += [asyncio.create_task(give(batch)) for batch in batches]
                if (self.desk.is_on_trial and batches) or self.desk.is_over:
                    break
        finally:
            given = await asyncio.gather(*under_way, return_exceptions=True)
        return any(results(given))

    def _batches(self, rows: Sequence[Any]) -> Iterator[Batch]:
        def name(row: Any) -> str:
            return call_of(self.desk.actions, row)[0]

        for one, group in groupby(sorted(rows, key=name), name):
            own, call = list(group), self.desk.actions.by_name.get(one)
            # A call was refused whole, perhaps for one of its orders: they go one by one.
            alone = [row for row in own if row.reason == "invalid_request"]
            yield from ((call, [row]) for row in alone)
            own = [row for row in own if row.reason != "invalid_request"]
            most = _most(call) if call else BATCH
            yield from ((call, own[start : start + most]) for start in range(0, len(own), most))

    async def _give(self, call: Call | None, part: Sequence[Any], checked_to: int) -> bool:
        if not await self.desk.may_call():
            return False
        claim, ids = self.desk.claim(), [row.action_id for row in part]
        begun = await asyncio.to_thread(begin, self.desk.ledger, ids, claim, checked_to)
        if not begun:
            return False
        answers = await self._ask(call, begun) if call else all_of(begun, Verdict.rejected, "unsupported")
        now, actions = self.desk.now(), self.desk.actions
        steps = [
            step(actions, row, claim.by, answer, now) for row, answer in zip(begun, answers, strict=True)
        ]
        await self.desk.settle(steps)
        return True

    async def _ask(self, call: Call, rows: Sequence[Any]) -> list[Answer]:
        desk, orders = self.desk, [order_of(row) for row in rows]
        try:
            reply = await desk.line.call(lambda token: _request(call, orders, desk.own, token))
        except _Unsayable:
            # One of several may be the reason: they go one by one.
            return all_of(rows, Verdict.later if len(rows) > 1 else Verdict.rejected, "invalid_request")
        except (LoginFailed, NotSent, NoReply) as error:
            await desk.lost(error)
            verdict = Verdict.unknown if isinstance(error, NoReply) else Verdict.later
            return all_of(rows, verdict, "unauthorised" if isinstance(error, LoginFailed) else None)
        if reply.wait(desk.actions.waits) is not None:
            await desk.heard(reply)
            return all_of(rows, Verdict.later)
        answers = _read(call, orders, reply.status, reply.body)
        if any(answer.reason == "unauthorised" for answer in answers):
            await desk.failed(str(reply.status))
        else:
            await desk.heard(reply)
        return answers


class _Unsayable(Exception):
    """The courier's folder makes no request of these orders: nothing left."""


def _request(call: Call, orders: Sequence[Order], own: CourierSettings, token: str) -> Request:
    try:
        return call.ask(orders, own, token)
    except Exception:  # an order may hold what its folder did not expect, such as a link that is none
        # Without its text, which may quote an address.
        raise _Unsayable from None


def _most(call: Call) -> int:
    """An answer that is lost takes its reference along."""
    is_blind = call.read_back is None or call.read_back.needs_reference
    return min(BLIND_BATCH if is_blind else BATCH, call.most)


def _read(call: Call, orders: Sequence[Order], status: int, body: bytes) -> list[Answer]:
    """An answer an order, whatever the body is: of one that its folder fails on nothing is known."""
    try:
        answers = list(call.read(orders, status, body))
    except Exception:  # a stranger's body; the orders are claimed and need an end
        answers = []
    return answers if len(answers) == len(orders) else all_of(orders, Verdict.unknown)
