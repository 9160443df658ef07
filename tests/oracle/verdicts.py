"""The verdict on each instruction: SEMANTICS "Instruction", its table row by row.

Owns: outcome, outcome_reason and decided_at. Refuses: several instructions that carry over into later cycles.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tests.oracle.facts import IST, ist_date
from tests.oracle.instructions import Instruction
from tests.oracle.machine import HANDED_OVER, Attempt, LifeState

MAX_ATTEMPTS = 3
WINDOW_GRACE = timedelta(minutes=60)
EFFECTIVE = {"reattempt", "rto", "mark_delivered"}
_COURIERS_FAULT = {
    "attempted_early",
    "attempted_late",
    "not_attempted",
    "outside_window",
    "overdue",
    "direct_rto",
    "unverified_attempt",
}
_STOPPED = {"failed_delivery", "held", "delayed"}
_NOTHING_YET = ("pending", None, None)
Verdict = tuple[str, str | None, datetime | None]


def fault_of(outcome: str, reason: str | None) -> str | None:
    """ "`fault` of a not_honoured or sla_breached instruction"."""
    if outcome not in {"not_honoured", "sla_breached"}:
        return None
    if reason in _COURIERS_FAULT:
        return "courier"
    return "customer" if reason == "customer_unavailable" else "none"


def tab_of(submission: str, outcome: str) -> str:
    """ "The page tab of an instruction, submission first"."""
    if submission != "submitted":
        return submission
    return outcome if outcome in {"sla_breached", "not_honoured"} else "submitted"


def cycle_of(state: LifeState, instruction: Instruction) -> int:
    """ "The cycle open when they were given"; before the first failure the first, at a failure the new one."""
    return max(1, sum(cycle.opened_at <= instruction.given_at for cycle in state.cycles()))


def outcome_at(state: LifeState, instant: datetime) -> str:
    """The outcome that stood after the scans until then."""
    return next((outcome for at, outcome in reversed(state.outcomes) if at <= instant), "open")


def is_outranked(instruction: Instruction, others: list[Instruction]) -> bool:
    """A default or rule one "given after one that was not refused is itself superseded from the start"."""
    if instruction.source not in {"default", "rule"}:
        return False
    return any(
        other.source in {"customer", "operations"}
        and other.action in EFFECTIVE
        and other.submission != "failed"
        and other.order < instruction.order
        for other in others
    )


@dataclass
class Judge:
    """One instruction before the facts of its life; `others` are the life's other instructions."""

    state: LifeState
    instruction: Instruction
    others: list[Instruction]
    now: datetime

    def verdict(self) -> Verdict:
        """outcome, outcome_reason and decided_at."""
        if self.instruction.action not in EFFECTIVE:
            return ("not_applicable", None, None)
        if is_outranked(self.instruction, self.others):
            return ("superseded", "outranked", self.instruction.given_at)
        if self.instruction.accepted_at is None:
            return self._of_unsubmitted()
        return {
            "reattempt": self._of_reattempt,
            "rto": self._of_rto,
            "mark_delivered": self._of_dispute,
        }[self.instruction.action]()

    # --- what was not submitted ------------------------------------------------------------------

    def _of_unsubmitted(self) -> Verdict:
        newer = [
            other.given_at for other in self.others if self._replaces(other) and other.submission != "failed"
        ]
        if newer:
            return ("superseded", "newer_instruction", min(newer))
        day = self.instruction.requested_on
        later = [cycle for cycle in self.state.cycles() if cycle.opened_at > self.instruction.given_at]
        without = [c.opened_at for c in later if day is not None and day < ist_date(c.opened_at)]
        if without:
            return ("superseded", "newer_cycle", min(without))
        return ("not_applicable", None, None)

    def _replaces(self, other: Instruction) -> bool:
        """Later-given and effective; a default or rule one never replaces a person's."""
        if other.action not in EFFECTIVE or other.order <= self.instruction.order:
            return False
        if is_outranked(other, [self.instruction, *self.others]):
            return False
        return other.source in {"customer", "operations"} or self.instruction.source in {"default", "rule"}

    # --- a reattempt -----------------------------------------------------------------------------

    @property
    def _a(self) -> datetime:
        assert self.instruction.accepted_at is not None
        return self.instruction.accepted_at

    @property
    def _d(self) -> date:
        assert self.instruction.requested_on is not None
        return self.instruction.requested_on

    def _of_reattempt(self) -> Verdict:
        return self._already() or self._superseded() or self._visited() or self._returned() or self._else()

    def _already(self) -> Verdict | None:
        """Row 0."""
        then = outcome_at(self.state, self._a)
        later = {outcome for at, outcome in self.state.outcomes if at > self._a}
        # A return that is turned round onto an earlier loss has not reopened the shipment.
        if then == "open" or (then not in HANDED_OVER and later & {"open", *HANDED_OVER}):
            return None
        return ("not_applicable", f"already_{then.replace('partially_', '')}", self._a)

    def _superseded(self) -> Verdict | None:
        """Row 1; N, R and the end of D bound only a reattempt."""
        ends = [self.now + timedelta(days=1)]
        if self.instruction.action == "reattempt":
            visit, back = self._n(), self._r()
            ends += [self._end_of_d]
            ends += [visit.closed_at] if visit and visit.closed_at else []
        else:
            # What already ended the shipment decided it; an acceptance after that replaces nothing.
            back = self.state.closed_at
        ends += [back] if back else []
        accepted = [o.accepted_at for o in self.others if self._replaces(o) and o.accepted_at is not None]
        in_time = [at for at in accepted if at < min(ends)]
        return ("superseded", "newer_instruction", min(in_time)) if in_time else None

    def _n(self) -> Attempt | None:
        """N: the first attempt that closed after A with a result, with its two exceptions."""
        for attempt in self.state.attempts:
            closed = attempt.closed_at
            if closed is None or closed <= self._a or attempt.result not in {"failed", "delivered"}:
                continue
            is_excepted = attempt.reason in {"not_attempted", "external_factor"} or self._was_out(attempt)
            if attempt.result == "failed" and is_excepted and self._day_of(closed) != self._d:
                continue
            return attempt
        return None

    def _day_of(self, at: datetime) -> date:
        """ "A window that ends before it starts ends on D+1 and a visit inside it is on D"."""
        is_inside = self._is_overnight and _midnight(self._d + timedelta(days=1)) <= at <= self._end_of_d
        return self._d if is_inside else ist_date(at)

    @property
    def _is_overnight(self) -> bool:
        start, end = self.instruction.asked.get("window_start"), self.instruction.asked.get("window_end")
        return start is not None and end is not None and end < start

    @property
    def _end_of_d(self) -> datetime:
        """00:00 IST of D+1, or the end of an overnight window."""
        tomorrow = self._d + timedelta(days=1)
        return (
            _clock(tomorrow, self.instruction.asked["window_end"])
            if self._is_overnight
            else _midnight(tomorrow)
        )

    def _was_out(self, attempt: Attempt) -> bool:
        if attempt.is_dated and attempt.is_without_ofd and attempt.closed_at is not None:
            return ist_date(attempt.closed_at) <= ist_date(self._a)
        return attempt.opened_at <= self._a

    def _r(self) -> datetime | None:
        """R: the start of a return after A that was not reversed."""
        return next(
            (r.began_at for r in self.state.returns if r.began_at > self._a and r.reversed_at is None), None
        )

    def _visited(self) -> Verdict | None:
        """Rows 2 to 9."""
        visit, back = self._n(), self._r()
        if visit is None or visit.closed_at is None or (back is not None and back < visit.closed_at):
            return None
        day = self._day_of(visit.closed_at)
        timing = "_early" if day < self._d else "_late" if day > self._d else ""
        if visit.result == "delivered":
            return ("honoured", f"delivered{timing}", visit.closed_at)
        if timing:
            return ("not_honoured", f"attempted{timing}", visit.closed_at)
        reason = visit.reason
        if reason in {"not_attempted", "external_factor"}:
            return ("not_honoured", reason, visit.closed_at)
        if not visit.is_dated and self._is_outside_window(visit.closed_at):
            return ("not_honoured", "outside_window", visit.closed_at)
        if reason in {"customer_unavailable", "phone_unreachable"}:
            return ("not_honoured", "customer_unavailable", visit.closed_at)
        return ("honoured", "attempted", visit.closed_at)

    def _is_outside_window(self, at: datetime) -> bool:
        start, end = self.instruction.asked.get("window_start"), self.instruction.asked.get("window_end")
        too_early = start is not None and at < _clock(self._d, start) - WINDOW_GRACE
        too_late = end is not None and not self._is_overnight and at > _clock(self._d, end) + WINDOW_GRACE
        return too_early or too_late

    def _returned(self) -> Verdict | None:
        """Rows 10 to 15; the default notice period of 0 minutes never makes row 14."""
        back = self._r()
        if back is None:
            return None
        if any(self._asks_for_return(other, back) for other in self.others):
            return ("superseded", "return_requested", back)
        if self._attempts_so_far() >= MAX_ATTEMPTS:
            return ("not_honoured", "attempts_exhausted", back)
        between = [scan for scan in self.state.forward_scans if self._a < scan.at <= back]
        if any(scan.status in _STOPPED and scan.reason == "external_factor" for scan in between):
            return ("not_honoured", "external_factor", back)
        if any(scan.status == "out_for_delivery" for scan in between):
            return ("not_honoured", "unverified_attempt", back)
        return ("sla_breached", "direct_rto", back)

    def _asks_for_return(self, other: Instruction, back: datetime) -> bool:
        is_between = self.instruction.given_at < other.given_at <= back
        return other.action == "rto" and other.submission != "failed" and is_between

    def _attempts_so_far(self) -> int:
        """ "Ours or the courier's own highest number", at A."""
        ours = [
            a
            for a in self.state.attempts
            if a.closed_at is not None and a.closed_at <= self._a and a.result in {"failed", "delivered"}
        ]
        numbers = [scan.attempt_number or 0 for scan in self.state.forward_scans if scan.at <= self._a]
        return max([sum(a.reason != "not_attempted" for a in ours), *numbers])

    def _else(self) -> Verdict:
        """Rows 16 to 18."""
        ended = self._ended_otherwise(("lost", "damaged", "disposed", "cancelled"))
        if ended:
            return ended
        if self.now >= self._end_of_d:
            return ("not_honoured", "overdue", _midnight(self._d + timedelta(days=1)))
        return ("pending", "awaiting_attempt", None)

    def _ended_otherwise(self, outcomes: tuple[str, ...]) -> Verdict | None:
        if self.state.outcome not in outcomes:
            return None
        words = {
            "rto": "returned",
            "delivered": "delivered_instead",
            "partially_delivered": "delivered_instead",
        }
        return (
            "not_honoured",
            words.get(self.state.outcome, f"shipment_{self.state.outcome}"),
            max(self.state.closed_at, self._a),
        )

    # --- a return and a dispute ------------------------------------------------------------------

    def _of_rto(self) -> Verdict:
        given = self.instruction.given_at
        for way in self.state.returns:
            if way.began_at > given and way.reversed_at is None:
                return ("honoured", "returned", way.began_at)
        ends = ("delivered", "partially_delivered", "lost", "damaged", "disposed", "cancelled")
        return self._already() or self._superseded() or self._ended_otherwise(ends) or _NOTHING_YET

    def _of_dispute(self) -> Verdict:
        if self.state.outcome in HANDED_OVER and self.state.closed_at is not None:
            return ("honoured", "delivered", max(self.state.closed_at, self._a))
        ended = self._ended_otherwise(("rto", "lost", "damaged", "disposed", "cancelled"))
        return ended or _NOTHING_YET


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), IST)


def _clock(day: date, text: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(text), IST)
