"""Which cycles an instruction lives in, and which details a live reattempt carries.

Owns: SEMANTICS "Case and cycle" for instructions: the cycle they are of and those they carry over into.
Refuses: the verdict.
"""

from __future__ import annotations

from datetime import datetime

from tests.oracle.cycles import Cycle
from tests.oracle.facts import ist_date
from tests.oracle.instructions import Instruction
from tests.oracle.machine import LifeState
from tests.oracle.requests import visit_of


def settle_cycles(state: LifeState, told: list[Instruction]) -> None:
    """Gives each its cycle and its reach; carried details become update_details, which moves nothing.

    Those that were sent as an action of their own are the instruction of that action, and leave the list.
    """
    for one in told:
        given_within = sum(cycle.opened_at <= one.given_at for cycle in state.cycles)
        one.cycle, one.is_before_first_failure = max(1, given_within), given_within == 0
    standing = [one for one in told if not one.is_details]
    for details in [one for one in told if one.is_details]:
        cycle = 0 if details.is_before_first_failure else details.cycle
        earlier = [
            one for one in standing if one.order < details.order and _reach(state, one, standing) >= cycle
        ]
        if _is_carried(details, earlier):
            details.action, details.asked_for_on = "update_details", None
            if any(one.order[:2] == details.order[:2] and one.action == details.action for one in standing):
                told.remove(details)
        else:
            standing.append(details)
            standing.sort(key=lambda one: one.order)
    for one in told:
        one.reach = _reach(state, one, standing)


def is_contradiction(one: Instruction, other: Instruction) -> bool:
    """One of the customer and one of operations, one of which returns and one reattempts."""
    sources, actions = {one.source, other.source}, {one.action, other.action}
    return sources == {"customer", "operations"} and actions == {"reattempt", "rto"}


def _reach(state: LifeState, one: Instruction, standing: list[Instruction]) -> int:
    """The last cycle that it is live in; 0 where it was given before the first failure and stopped by it."""
    reached = 0 if one.is_before_first_failure else one.cycle
    replaced_at = _replaced_at(one, standing)
    for number, cycle in enumerate(state.cycles, start=1):
        if number <= reached:
            continue
        if not _carries_into(state, one, cycle) or (replaced_at and replaced_at < cycle.opened_at):
            break
        reached = number
    return reached


def _carries_into(state: LifeState, one: Instruction, cycle: Cycle) -> bool:
    """ "If its requested date is not before the new failure's date and that failure did not decide it"."""
    if not one.is_moving:
        return False
    if one.action == "reattempt" and one.accepted_at is not None:
        visit = visit_of(state, one)
        if visit and visit.result == "failed" and visit.closed_at and visit.closed_at <= cycle.opened_at:
            return False
    day = one.requested_on
    return day is None or day >= ist_date(cycle.opened_at)


def _replaced_at(one: Instruction, standing: list[Instruction]) -> datetime | None:
    """When a newer one took its place: accepted, if this one is; else given and not refused."""
    found = []
    for newer in standing:
        if newer.order <= one.order or not newer.is_moving or (one.is_persons and not newer.is_persons):
            continue
        if one.accepted_at is not None:
            found.append(newer.accepted_at)
        elif not newer.is_refused and not _is_undecided(one, newer):
            found.append(newer.given_at)
    return min((at for at in found if at is not None), default=None)


def _is_undecided(one: Instruction, newer: Instruction) -> bool:
    """ "While a conflict lasts neither instruction supersedes the other"."""
    return is_contradiction(one, newer) and not one.is_refused and newer.accepted_at is None


def _is_carried(details: Instruction, earlier: list[Instruction]) -> bool:
    """ "A live reattempt (in force, or the newest effective one and not refused), which then carries them"."""
    persons = [one.order for one in earlier if one.is_persons and one.is_moving and not one.is_refused]
    effective = [
        one
        for one in earlier
        if one.is_moving and (one.is_persons or not persons or one.order < min(persons))
    ]
    if not effective:
        return False
    newest = effective[-1]
    accepted = [one for one in effective if one.accepted_at and one.accepted_at <= details.given_at]
    is_in_force = bool(accepted) and accepted[-1].action == "reattempt"
    return is_in_force or (newest.action == "reattempt" and not newest.is_refused)
