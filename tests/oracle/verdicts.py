"""The verdict on each instruction: SEMANTICS "Instruction", all but the table of reattempts.

Owns: outcome, outcome_reason, decided_at, fault and tab. Refuses: the table; it is in reattempts.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.oracle.instructions import Instruction
from tests.oracle.machine import ENDS, HANDED_OVER, LifeState
from tests.oracle.requests import return_after
from tests.oracle.rivals import Conflict, is_outranked, replacements

_COURIERS_FAULT = {
    "attempted_early",
    "attempted_late",
    "not_attempted",
    "outside_window",
    "overdue",
    "direct_rto",
    "unverified_attempt",
}
NOTHING_YET = ("pending", None, None)
NOT_JUDGED = ("not_applicable", None, None)
Verdict = tuple[str, str | None, datetime | None]


@dataclass
class Judged:
    """One instruction in its life; `told` are all of the life's, in order, with their cycles."""

    state: LifeState
    one: Instruction
    told: list[Instruction]
    conflict: Conflict | None
    now: datetime

    @property
    def accepted_at(self) -> datetime:
        """A of a submitted one."""
        assert self.one.accepted_at is not None
        return self.one.accepted_at


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


def outranked_or_idle(judged: Judged) -> Verdict | None:
    """What moves nothing is not judged; an outranked one is "superseded from the start"."""
    if not judged.one.is_moving:
        return NOT_JUDGED
    if is_outranked(judged.one, judged.told):
        return ("superseded", "outranked", judged.one.given_at)
    return None


def of_unsubmitted(judged: Judged) -> Verdict:
    """ "Superseded when a newer effective one … exists or a newer cycle opened without it, else not_applicable"."""
    return _replaced(judged) or _overruled(judged) or _left_behind(judged) or NOT_JUDGED


def _open_conflict(judged: Judged) -> Conflict | None:
    """The conflict that no refusal has ended."""
    return judged.conflict if judged.conflict and judged.conflict.refused_at is None else None


def _replaced(judged: Judged) -> Verdict | None:
    """By a newer one that was not refused; "while a conflict lasts neither supersedes the other"."""
    conflict = _open_conflict(judged)
    rival = conflict.newer if conflict and conflict.older is judged.one else None
    newer = [
        other.given_at
        for other in replacements(judged.one, judged.told)
        if not other.is_refused and other is not rival
    ]
    return ("superseded", "newer_instruction", min(newer)) if newer else None


def _overruled(judged: Judged) -> Verdict | None:
    """ "After 24 h the newest of operations counts", if the parcel had not come to its end by then."""
    conflict, end = _open_conflict(judged), judged.state.closed_at or judged.now
    if conflict is None or judged.one.source != "customer" or conflict.lapses_at > min(judged.now, end):
        return None
    words = {id(conflict.older): "newer_instruction", id(conflict.newer): "outranked"}
    word = words.get(id(judged.one))
    return ("superseded", word, conflict.lapses_at) if word else None


def _left_behind(judged: Judged) -> Verdict | None:
    """By the first cycle that opened without it."""
    one = judged.one
    lived = max(one.reach, 0 if one.is_before_first_failure else one.cycle)
    without = judged.state.cycles[lived:]
    return ("superseded", "newer_cycle", without[0].opened_at) if without else None


def already(judged: Judged) -> Verdict | None:
    """Row 0: "an outcome at A and was not reopened or turned round after A"."""
    then = next((o for at, o in reversed(judged.state.outcomes) if at <= judged.accepted_at), "open")
    later = {outcome for at, outcome in judged.state.outcomes if at > judged.accepted_at}
    # A return that is turned round onto an earlier loss has not reopened the shipment.
    if then == "open" or (then not in HANDED_OVER and later & {"open", *HANDED_OVER}):
        return None
    return ("not_applicable", f"already_{then.replace('partially_', '')}", judged.accepted_at)


def superseded(judged: Judged, ends: list[datetime]) -> Verdict | None:
    """Row 1: a newer one of a cycle of its was accepted before any of these instants."""
    accepted = [other.accepted_at for other in replacements(judged.one, judged.told)]
    in_time = [at for at in accepted if at is not None and all(at < end for end in ends)]
    return ("superseded", "newer_instruction", min(in_time)) if in_time else None


def ended_otherwise(judged: Judged, outcomes: set[str]) -> Verdict | None:
    """The word for how the shipment ended, if that is one of these outcomes."""
    state = judged.state
    if state.outcome not in outcomes or state.closed_at is None:
        return None
    words = dict.fromkeys(HANDED_OVER, "delivered_instead") | {"rto": "returned"}
    word = words.get(state.outcome, f"shipment_{state.outcome}")
    return ("not_honoured", word, max(state.closed_at, judged.accepted_at))


def of_rto(judged: Judged) -> Verdict:
    """ "Honoured when a return that was not reversed starts after it was given, even before A"."""
    back = return_after(judged.state, judged.one.given_at)
    if back is not None:
        return ("honoured", "returned", back)
    # What already ended the shipment decided it; an acceptance after that replaces nothing.
    ends = [judged.state.closed_at] if judged.state.closed_at else []
    found = already(judged) or superseded(judged, ends)
    return found or ended_otherwise(judged, ENDS | HANDED_OVER) or NOTHING_YET


def of_dispute(judged: Judged) -> Verdict:
    """ "A submitted mark_delivered is honoured (delivered) at a delivered scan"."""
    closed_at = judged.state.closed_at
    if judged.state.outcome in HANDED_OVER and closed_at is not None:
        return ("honoured", "delivered", max(closed_at, judged.accepted_at))
    return ended_otherwise(judged, ENDS | {"rto"}) or NOTHING_YET
