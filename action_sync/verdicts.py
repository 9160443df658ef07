"""What an answer does to an order: pure.

Owns: the pauses between tries and between read-backs. An order that may have arrived is never waiting again, unless the
courier's own list shows that it did not.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from couriers.actions import REASONS, Actions, Answer, Call, Order, Verdict
from ledger.outbox import OPEN, State, Step
from ledger.tables import REFERENCE_LENGTH

#: The first pause before another try, and the longest; each doubles the one before.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)
#: The first pause before something is read back: couriers need some seconds to do what they took.
READ_BACK_PAUSE = timedelta(seconds=20)
#: Until what cannot be read back is looked at again.
UNREADABLE_PAUSE = timedelta(hours=6)

#: How an acceptance is known that was read back.
READ_BACK = "read_back"

_STATES = {
    Verdict.accepted: State.accepted,
    Verdict.rejected: State.rejected,
    Verdict.processing: State.processing,
    Verdict.unknown: State.unknown,
    Verdict.later: State.waiting,
    Verdict.absent: State.waiting,
}


def order_of(row: Any) -> Order:
    """The order in a row of the outbox, for its courier's folder."""
    fields = dict(row.content["order"])
    day = fields.pop("requested_on")
    return Order(
        action_id=row.action_id, awb=row.awb, requested_on=date.fromisoformat(day) if day else None, **fields
    )


def call_of(actions: Actions, row: Any) -> tuple[str, Call | None]:
    """The call that a row of the outbox is at, with its name; "", None: this courier cannot be asked that."""
    plan = actions.plan(order_of(row))
    name = plan[row.step] if row.step < len(plan) else ""
    return name, actions.by_name.get(name)


def step(actions: Actions, row: Any, claim: str, answer: Answer, now: datetime) -> Step:
    """What an answer does to the order that stood as `row` when it was claimed for this call, or read back. How an
    acceptance is known stands in its reason: None for the answer itself."""
    state = _STATES[answer.verdict]
    is_more = state is State.accepted and row.step + 1 < len(actions.plan(order_of(row)))
    is_refused = answer.verdict is not Verdict.accepted and answer.reason in REASONS
    reason = answer.reason if is_refused else None
    # A claim to send is the next try; one to read back is still the last.
    tries = row.tries + (row.state == State.waiting)
    return Step(
        action_id=row.action_id,
        claim=claim,
        tries=tries,
        state=State.waiting if is_more else state,
        at=now,
        next_at=now + (timedelta(0) if is_more else _pause(actions, row, answer, tries, now)),
        reason=READ_BACK if state is State.accepted and row.state in OPEN else reason,
        reference=answer.reference and answer.reference[:REFERENCE_LENGTH],
        is_step_done=state is State.accepted,
    )


def all_of(rows: Sequence[Any], verdict: Verdict, reason: str | None = None) -> list[Answer]:
    """The same answer for each row."""
    return [Answer(verdict, reason)] * len(rows)


def backoff(tries: int, first: timedelta = FIRST_PAUSE) -> timedelta:
    """The pause after so many tries, by chance up to half as long again, so that dispatchers do not come together."""
    pause = min(LONGEST_PAUSE, first * 2 ** min(tries - 1, 20)) if tries > 0 else first
    return pause * random.uniform(1.0, 1.5)  # noqa: S311


def _pause(actions: Actions, row: Any, answer: Answer, tries: int, now: datetime) -> timedelta:
    match answer.verdict:
        case Verdict.later:
            return backoff(tries)
        case Verdict.processing | Verdict.unknown:
            return _until_read_back(actions, row, answer, now)
    return timedelta(0)


def _until_read_back(actions: Actions, row: Any, answer: Answer, now: datetime) -> timedelta:
    """Soon at first, then as long again as it has been unclear."""
    call = call_of(actions, row)[1]
    way = call.read_back if call else None
    if way is None or (way.needs_reference and not (answer.reference or row.reference)):
        return UNREADABLE_PAUSE
    unclear_for = now - row.sent_at if row.sent_at and row.state != State.waiting else timedelta(0)
    return max(READ_BACK_PAUSE, min(unclear_for, LONGEST_PAUSE))
