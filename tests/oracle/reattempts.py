"""The table of a submitted reattempt, row by row, and the way to each other kind's rules.

Owns: rows 0 to 18 of SEMANTICS "Instruction". Refuses: finding N, R, D and what replaces it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.oracle.machine import ENDS
from tests.oracle.requests import (
    day_of,
    end_of_day,
    is_by,
    is_outside_window,
    midnight,
    return_after,
    visit_of,
    visited_on,
)
from tests.oracle.verdicts import (
    Judged,
    Verdict,
    already,
    ended_otherwise,
    of_dispute,
    of_rto,
    of_unsubmitted,
    outranked_or_idle,
    superseded,
)

MAX_ATTEMPTS = 3
_STOPPED = {"failed_delivery", "held", "delayed"}


def verdict_of(judged: Judged) -> Verdict:
    """outcome, outcome_reason and decided_at."""
    early = outranked_or_idle(judged)
    if early is not None:
        return early
    if judged.one.accepted_at is None:
        return of_unsubmitted(judged)
    rules = {"reattempt": _of_reattempt, "rto": of_rto, "mark_delivered": of_dispute}
    return rules[judged.one.action](judged)


def _of_reattempt(judged: Judged) -> Verdict:
    return (
        already(judged)
        or superseded(judged, _ends(judged))
        or _visited(judged)
        or _returned(judged)
        or _otherwise(judged)
    )


def _back(judged: Judged) -> datetime | None:
    return return_after(judged.state, judged.accepted_at)


def _ends(judged: Judged) -> list[datetime]:
    """Row 1: "before N, before R and before the end of D"."""
    visit = visit_of(judged.state, judged.one)
    ends = [visit.closed_at if visit else None, _back(judged), end_of_day(judged.one)]
    return [at for at in ends if at is not None]


def _visited(judged: Judged) -> Verdict | None:
    """Rows 2 to 9."""
    visit, back = visit_of(judged.state, judged.one), _back(judged)
    if visit is None or visit.closed_at is None or (back is not None and back < visit.closed_at):
        return None
    day, asked = visited_on(judged.one, visit), day_of(judged.one)
    timing = "_early" if day < asked else "_late" if day > asked else ""
    if visit.result == "delivered":
        return ("honoured", f"delivered{timing}", visit.closed_at)
    if timing:
        return ("not_honoured", f"attempted{timing}", visit.closed_at)
    if visit.reason in {"not_attempted", "external_factor"}:
        return ("not_honoured", visit.reason, visit.closed_at)
    if is_outside_window(judged.one, visit):
        return ("not_honoured", "outside_window", visit.closed_at)
    if visit.reason in {"customer_unavailable", "phone_unreachable"}:
        return ("not_honoured", "customer_unavailable", visit.closed_at)
    return ("honoured", "attempted", visit.closed_at)


def _returned(judged: Judged) -> Verdict | None:
    """Rows 10 to 15; the default notice period of 0 minutes never makes row 14."""
    back = _back(judged)
    if back is None:
        return None
    if _is_return_asked_for(judged, back):
        return ("superseded", "return_requested", back)
    if _attempts_so_far(judged) >= MAX_ATTEMPTS:
        return ("not_honoured", "attempts_exhausted", back)
    between = [scan for scan in judged.state.forward_scans if judged.accepted_at < scan.at <= back]
    if any(scan.status in _STOPPED and scan.reason == "external_factor" for scan in between):
        return ("not_honoured", "external_factor", back)
    if any(scan.status == "out_for_delivery" for scan in between):
        return ("not_honoured", "unverified_attempt", back)
    return ("sla_breached", "direct_rto", back)


def _is_return_asked_for(judged: Judged, back: datetime) -> bool:
    """ "An rto of any source, not refused, was given after this instruction and no later than R"."""
    return any(
        other.action == "rto"
        and not other.is_refused
        and other.order > judged.one.order
        and other.given_at <= back
        for other in judged.told
    )


def _attempts_so_far(judged: Judged) -> int:
    """ "Ours or the courier's own highest number", at A."""
    at, state = judged.accepted_at, judged.state
    ours = [a for a in state.visits.attempts if a.is_counted and is_by(a, at)]
    numbers = [scan.attempt_number or 0 for scan in state.forward_scans if scan.at <= at]
    return max([len(ours), *numbers])


def _otherwise(judged: Judged) -> Verdict:
    """Rows 16 to 18."""
    ended = ended_otherwise(judged, ENDS)
    if ended:
        return ended
    if judged.now >= end_of_day(judged.one):
        return ("not_honoured", "overdue", midnight(day_of(judged.one) + timedelta(days=1)))
    return ("pending", "awaiting_attempt", None)
