"""What a submitted reattempt is measured by: its date and window, the visit (N) and the return (R).

Owns: D, N and R of SEMANTICS "Instruction". Refuses: the rows of its table.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from tests.oracle.attempts import Attempt
from tests.oracle.facts import IST, ist_date
from tests.oracle.instructions import Instruction
from tests.oracle.machine import LifeState

WINDOW_GRACE = timedelta(minutes=60)
_EXCEPTED = {"not_attempted", "external_factor"}


def midnight(day: date) -> datetime:
    """00:00 IST of a date."""
    return datetime.combine(day, time(), IST)


def _clock(day: date, text: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(text), IST)


def day_of(one: Instruction) -> date:
    """D of a reattempt."""
    assert one.requested_on is not None
    return one.requested_on


def is_overnight(one: Instruction) -> bool:
    """ "A window that ends before it starts ends on D+1"."""
    start, end = one.window
    return start is not None and end is not None and end < start


def end_of_day(one: Instruction) -> datetime:
    """00:00 IST of D+1, or the end of an overnight window."""
    tomorrow, end = day_of(one) + timedelta(days=1), one.window[1]
    return _clock(tomorrow, end) if end is not None and is_overnight(one) else midnight(tomorrow)


def visited_on(one: Instruction, visit: Attempt) -> date:
    """The IST date of a visit; "a visit inside an overnight window is on D"."""
    at = visit.closed_at
    assert at is not None
    is_failed_date = visit.is_dated and visit.result == "failed"
    tomorrow = midnight(day_of(one) + timedelta(days=1))
    if is_overnight(one) and not is_failed_date and tomorrow <= at <= end_of_day(one):
        return day_of(one)
    return ist_date(at)


def is_outside_window(one: Instruction, visit: Attempt) -> bool:
    """ "More than 60 minutes outside the requested window"; a date has no minute that could be."""
    at, (start, end) = visit.closed_at, one.window
    if at is None or visit.is_dated:
        return False
    too_early = start is not None and at < _clock(day_of(one), start) - WINDOW_GRACE
    last_day = day_of(one) + timedelta(days=int(is_overnight(one)))
    return too_early or (end is not None and at > _clock(last_day, end) + WINDOW_GRACE)


def visit_of(state: LifeState, one: Instruction) -> Attempt | None:
    """N: the first attempt that closed after A with a result, with its two exceptions."""
    assert one.accepted_at is not None
    for attempt in state.visits.attempts:
        closed = attempt.closed_at
        if closed is None or closed <= one.accepted_at or attempt.result not in {"failed", "delivered"}:
            continue
        is_excepted = attempt.reason in _EXCEPTED or _was_out(attempt, one.accepted_at)
        if attempt.result == "failed" and is_excepted and visited_on(one, attempt) != day_of(one):
            continue
        return attempt
    return None


def _was_out(attempt: Attempt, accepted_at: datetime) -> bool:
    return attempt.opened_at <= accepted_at or (attempt.is_without_ofd and is_by(attempt, accepted_at))


def is_by(attempt: Attempt, at: datetime) -> bool:
    """Closed by an instant; a dated failure, compared by date, also where it is of the same date."""
    assert attempt.closed_at is not None
    if attempt.is_dated and attempt.result == "failed":
        return ist_date(attempt.closed_at) <= ist_date(at)
    return attempt.closed_at <= at


def return_after(state: LifeState, at: datetime) -> datetime | None:
    """R: the start of a return after an instant that was not reversed."""
    return next((r.began_at for r in state.returns if r.began_at > at and r.reversed_at is None), None)
