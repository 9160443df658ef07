"""The parcel's head, read again from the courier just before an order leaves: what it was given on may be over.

A newer scan than the build knew is kept as a receipt, and the order waits for the build that has it, which decides. A
courier that cannot be asked, that did not answer three times or that wants a long silence, is believed to check for
itself: an order must not wait for a tracking API that is down.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

import polars as pl

from apis.clock import Clock, Pace, instant
from apis.line import Line, LoginFailed, NoReply, NotSent, Reply
from couriers.contract import Courier
from couriers.tracking import Question, Tracking
from ledger.database import Ledger
from ledger.receipts import TRACKING, Receipt, keep
from settings import CourierSettings

#: Failures after which an order goes without its parcel's head, and the longest silence, in seconds, that it waits for.
PATIENCE, LONGEST_WAIT = 3, 30.0


@dataclass
class HeadReader:
    """Reads heads of one courier's parcels; `line` leads to its tracking API."""

    courier: Courier
    tracking: Tracking
    own: CourierSettings
    line: Line
    pace: Pace
    clock: Clock
    ledger: Ledger
    _failures: Counter[str] = field(default_factory=Counter)

    async def unchanged(self, rows: Sequence[Any], until: float) -> list[Any]:
        """Those rows of the outbox whose parcels stand as the build knew them, as far as could be asked until then."""
        free = [row for row in rows if self._is_believed(row)]
        for carrier, part in _questions([row for row in rows if not self._is_believed(row)], self.tracking):
            if self.pace.rest > LONGEST_WAIT:
                free += part
            elif await self.pace.turn(until):
                question = Question(tuple(row.awb for row in part), carrier)
                free += await self._ask(question, part)
        return free

    async def _ask(self, question: Question, part: Sequence[Any]) -> list[Any]:
        try:
            reply = await self.line.call(lambda token: self.tracking.ask(question, self.own, token))
        except (LoginFailed, NotSent, NoReply):
            return self._failed(part)
        seconds = reply.wait(self.tracking.waits)
        if seconds is not None:
            self.pace.pause(seconds)
            return self._failed(part)
        if reply.status not in self.tracking.answers:
            return self._failed(part)
        heads = await asyncio.to_thread(self._heads, reply)
        changed = [row for row in part if _is_newer(heads.get(row.awb.upper()), row)]
        if changed:
            receipt = self._receipt(question, reply)
            await asyncio.to_thread(keep, self.ledger, [receipt])
        for row in part:
            self._failures.pop(row.action_id, None)
        return [row for row in part if row not in changed]

    def _failed(self, part: Sequence[Any]) -> list[Any]:
        self._failures.update(row.action_id for row in part)
        return [row for row in part if self._is_believed(row)]

    def _is_believed(self, row: Any) -> bool:
        return self._failures[row.action_id] >= PATIENCE

    def _heads(self, reply: Reply) -> dict[str, datetime]:
        """The instant of the latest scan by AWB."""
        if self.courier.track_reader is None:
            return {}
        scans = self.courier.track_reader(pl.Series([reply.body.decode("utf-8", "replace")])).rows
        latest = scans.group_by(pl.col("awb").str.to_uppercase()).agg(pl.col("scanned_at").max())
        return dict(latest.iter_rows())

    def _receipt(self, question: Question, reply: Reply) -> Receipt:
        headers = {"status": str(reply.status), "asked": ",".join(question.awbs)}
        host = urlsplit(self.line.root).hostname or ""
        return Receipt(
            self.courier.slug, TRACKING, reply.body, instant(self.clock.now()), headers, host[:64] or None
        )


def _questions(rows: Sequence[Any], tracking: Tracking) -> Iterator[tuple[str | None, list[Any]]]:
    def carrier(row: Any) -> str:
        return str(row.content["order"]["carrier"] or "") if tracking.is_by_carrier else ""

    for one, group in groupby(sorted(rows, key=carrier), carrier):
        own = list(group)
        for start in range(0, len(own), tracking.most_awbs):
            yield one or None, own[start : start + tracking.most_awbs]


def _is_newer(head: datetime | None, row: Any) -> bool:
    """By the minute: pushes and answers differ in their seconds."""
    known = row.content["latest_scan_at"]
    if head is None or known is None:
        return head is not None
    return _minute(head) > _minute(datetime.fromisoformat(known))


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
