"""One round of asking one API: the calls of a period in their order, what they answer kept, how it went noted.

Owns: the crash safety. Answers go into the ledger first, then that their parcels were asked: a poller that is killed in
between asks again and loses nothing. Periods stand on a fixed grid of the clock, so that one that is started again goes
on in the same round, with the parcels that it has not asked.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from apis.clock import Clock, Pace, instant
from ledger.database import Ledger
from ledger.errors import LedgerError, RowRefused
from ledger.polls import Key, Poll, Round, last_polls, note_polls, note_round, round_of
from ledger.receipts import TRACKING, Receipt, keep
from poller.api import Api, Outcome, Result
from poller.plan import Batch, Parcel, batches, in_order

#: Calls at once.
AT_ONCE = 4
#: Answers that are kept in one transaction at most.
GROUP = 8
#: Seconds of the first pause after a failed call; each further one doubles it.
_FIRST_PAUSE = 5.0
#: How long rounds stay noted; a poll is, for as long as parcels are asked about.
_ROUNDS_KEPT = timedelta(days=30)


@dataclass
class Asking:
    """A round while it runs."""

    slug: str
    api: Api
    pace: Pace
    clock: Clock
    ledger: Ledger
    began: float
    period: float
    polls_kept: timedelta
    _calls: deque[Batch] = field(default_factory=deque)
    _answers: list[tuple[Batch, Outcome, float]] = field(default_factory=list)
    _polls: dict[Key, Poll] = field(default_factory=dict)
    _asked: int = 0
    _kept: int = 0
    _count: int = 0
    _waits: int = 0
    _errors: int = 0
    _trouble: int = 0
    _reasons: set[str] = field(default_factory=set)

    async def run(self, parcels: Sequence[Parcel]) -> Round:
        """Ask about the parcels until all are asked or the period is over. Raises LedgerError where not even the plan
        or the record can be read or written."""
        self._polls = await asyncio.to_thread(last_polls, self.ledger, self.slug)
        earlier = await asyncio.to_thread(round_of, self.ledger, self.slug, instant(self.began))
        asked = {key: poll.asked_at for key, poll in self._polls.items()}
        start = instant(self.began)
        # What was asked in this period before a restart is done.
        due = [one for one in parcels if one.key not in asked or asked[one.key] < start]
        self._asked = len(parcels) - len(due)
        most = int((self._end - self.clock.now()) / self.pace.interval)
        self._calls.extend(batches(in_order(due, asked), self.slug, self.api.tracking, most))
        await asyncio.gather(*(self._work() for _ in range(AT_ONCE)))
        await self._keep()
        done = Round(
            self.slug, start, instant(self.clock.now()), len(parcels), self._asked,
            self._count + (earlier.calls if earlier else 0), self._kept + (earlier.kept if earlier else 0),
            self._waits + (earlier.waits if earlier else 0), self._errors + (earlier.errors if earlier else 0),
        )  # fmt: skip
        forget = {"polls": start - self.polls_kept, "rounds": start - _ROUNDS_KEPT}
        await asyncio.to_thread(note_round, self.ledger, done, forget)
        return done

    @property
    def reasons(self) -> list[str]:
        """Why calls failed or had to wait, as words for the log."""
        return sorted(self._reasons)

    @property
    def _end(self) -> float:
        return self.began + self.period

    async def _work(self) -> None:
        while self._calls and await self.pace.turn(self._end):
            if not self._calls:
                return
            batch = self._calls.popleft()
            self._count += 1
            try:
                await self._take(batch, await self.api.ask(batch.question))
            except Exception as error:
                # Whatever it is, it is this call's: the round would end while the other calls went on unwatched.
                self._fail(error)

    async def _take(self, batch: Batch, outcome: Outcome) -> None:
        if outcome.result is Result.answered:
            self._trouble = 0
            self._answers.append((batch, outcome, self.clock.now()))
        elif outcome.result is Result.refused:
            self._errors += 1
            if len(batch.parcels) > 1:
                self._calls.extendleft(reversed(batch.halves()))
            else:
                # It would come first for ever.
                self._answers.append((batch, outcome, self.clock.now()))
        elif outcome.result is Result.wait:
            self._waits += 1
            self._calls.appendleft(batch)
            self._rest(outcome.seconds)
        else:
            # Not again in this round: a question on which a server fails must not hold up the others.
            self._errors += 1
            self._rest(_FIRST_PAUSE)
        if outcome.result is not Result.answered:
            self._reasons.add(outcome.reason)
        if len(self._answers) >= GROUP or not self._calls or self._trouble:
            await self._keep()

    def _fail(self, error: Exception) -> None:
        self._errors += 1
        # Its text may hold an address or an AWB.
        self._reasons.add(type(error).__name__)
        self._rest(_FIRST_PAUSE)

    def _rest(self, least: float) -> None:
        """Pause for `least` seconds and more the longer the trouble lasts, to the period at most."""
        longest = max(least, self.period)
        self.pace.pause(min(longest, least * 2**self._trouble * random.uniform(1.0, 1.5)))  # noqa: S311
        self._trouble = min(self._trouble + 1, 16)

    async def _keep(self) -> None:
        answers, self._answers = self._answers, []
        if not answers:
            return
        try:
            kept = await asyncio.to_thread(self._write, answers)
        except LedgerError as error:
            # They are not noted as asked, so they are asked again.
            self._fail(error)
            return
        self._kept += kept
        self._asked += sum(len(batch.parcels) for batch, _, _ in answers)

    def _write(self, answers: Sequence[tuple[Batch, Outcome, float]]) -> int:
        polls, receipts = [], []
        for batch, outcome, at in answers:
            is_answered = outcome.result is Result.answered
            digest = sha256(outcome.body).hexdigest() if is_answered else None
            poll = Poll(instant(at), batch.digest, digest)
            polls.append(([parcel.key for parcel in batch.parcels], poll))
            if is_answered and not self._is_known(batch, poll):
                receipts.append(self._receipt(batch, outcome, poll))
        if receipts:
            keep(self.ledger, receipts)
        self._note(polls)
        return len(receipts)

    def _note(self, polls: Sequence[tuple[Sequence[Key], Poll]]) -> None:
        """Note the polls. An AWB that the database never takes costs no other its note."""
        try:
            note_polls(self.ledger, self.slug, polls)
        except RowRefused as error:
            self._reasons.add(type(error).__name__)
            one_call = [([key], poll) for keys, poll in polls for key in keys]
            smaller = polls if len(polls) > 1 else one_call if len(one_call) > 1 else []
            for part in smaller:
                self._note([part])

    def _is_known(self, batch: Batch, poll: Poll) -> bool:
        """Whether the same question was answered with the same bytes the last time: that says nothing new."""
        last = self._polls.get(batch.parcels[0].key)
        return last is not None and (last.question, last.digest) == (poll.question, poll.digest)

    def _receipt(self, batch: Batch, outcome: Outcome, poll: Poll) -> Receipt:
        host = urlsplit(self.api.tracking.root(self.api.own)).hostname or ""
        headers = {**outcome.headers, "asked": ",".join(batch.question.awbs)}
        return Receipt(self.slug, TRACKING, outcome.body, poll.asked_at, headers, host[:64] or None)
