"""One turn of the cases: what a cycle is going to be, before any of it is written.

`prepare` draws for every case that is still running who asks for what, what the courier's interface answers, what
the courier then does and when. The draw keeps stories apart that could be read two ways: instructions are given
and answered on the evening of the failure or before the next morning's dispatch, visits fall on later IST dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from simulator import asking, journeys
from simulator.cases import Cases, is_waiting, reach
from simulator.clock import HOUR, MINUTE, NEVER, Bools, Ints, instant
from simulator.fates import NOBODY, End
from simulator.words import NONE, Reason


class Plan(IntEnum):
    """What is asked for in a cycle."""

    nothing = 0
    reattempt = 1
    unaccepted = 2
    back = 3
    claim = 4
    carried = 5
    question = 6


UNREACHABLE = (Reason.customer_unavailable, Reason.phone_unreachable)
NO_VISIT = (Reason.not_attempted, Reason.external_factor)


@dataclass
class Turn:
    """The cases of one cycle, as arrays of equal length. Instants are UTC seconds, days IST day numbers.

    `given_at` is when the cycle's instruction is given, `asked_day` the day it asks for, `move` what
    the courier does with it; `visit_day`, `visit_second` and `reason` are of the next visit, should there be one.
    """

    who: Ints
    cycle: int
    end: Ints
    plan: Ints
    reached_at: Ints
    source: Ints
    given_at: Ints
    asked_day: Ints
    move: Ints
    visit_day: Ints
    visit_second: Ints
    reason: Ints
    window_start: Ints
    window_end: Ints

    def pick(self, plan: Plan, *ends: End) -> Ints:
        """Places in the turn with this plan, and one of these ends where any is named."""
        chosen = self.plan == plan
        if ends:
            chosen &= np.isin(self.end, ends)
        return np.flatnonzero(chosen)


class Move(IntEnum):
    """What the courier does with an accepted reattempt; the names are those of the settings in `Rates`."""

    none = -1
    on_date = 0
    on_date_customer = 1
    on_date_other = 2
    on_date_not_attempted = 3
    on_date_external = 4
    outside_window = 5
    early = 6
    late = 7
    skipped = 8
    already_out = 9
    rto_reversed = 10
    found_again = 11
    too_late = 12
    direct = 13
    unverified = 14
    external = 15
    return_requested = 16
    newer_return = 17


def prepare(cases: Cases, who: Ints, cycle: int) -> Turn:
    """Draw a cycle of the given cases."""
    n, day, dice = len(who), cases.day[who], cases.scene.dice
    end = np.where(cases.cycles[who] == cycle, cases.fate[who], int(End.fail))
    waiting = is_waiting(cases, who)
    reached_at = reach(cases, who, cycle, end)
    waiting &= ~((reached_at < NEVER) & (reached_at <= instant(day, 22 * HOUR)))
    reached = (reached_at < NEVER) & ~waiting & (reached_at < instant(day + 1, int(7.25 * HOUR)))
    plan = _plans(cases, who, end, reached=reached, waiting=waiting)
    answered_at = reached_at + dice.between(2 * MINUTE, 22 * MINUTE, n)
    before_dispatch = instant(day + 1, dice.between(int(5.5 * HOUR), int(6.5 * HOUR), n))
    given_at = np.where(reached, answered_at, before_dispatch)
    too_slow = (
        (end == End.healed) & (plan == Plan.reattempt) & (given_at + 8 * MINUTE > cases.settled_at[who])
    )
    return Turn(
        who=who,
        cycle=cycle,
        end=end,
        plan=np.where(too_slow, int(Plan.nothing), plan),
        reached_at=reached_at,
        source=asking.sources(cases.scene, reached),
        given_at=given_at,
        asked_day=day + 1 + dice.pick([0.65, 0.22, 0.13], n),
        move=np.full(n, int(Move.none)),
        visit_day=day + 1 + np.where(waiting, 0, dice.pick([0.75, 0.25], n)),
        visit_second=dice.visit(n),
        reason=_next_reasons(cases, who),
        window_start=np.full(n, NONE),
        window_end=np.full(n, NONE),
    )


def _plans(cases: Cases, who: Ints, end: Ints, *, reached: Bools, waiting: Bools) -> Ints:
    """What is asked for in the cycle; after a delivery within hours only what was asked before it."""
    n, rates, dice = len(who), cases.scene.rates, cases.scene.dice
    asks = np.where(reached, dice.chance(rates.instructed, n), dice.chance(rates.defaulted, n) & ~waiting)
    asks &= reached | (cases.band[who] == NOBODY) | (cases.contact_at[who] < NEVER)
    plan = np.where(asks, int(Plan.reattempt), int(Plan.nothing))
    plan = np.where(reached & ~asks & dice.chance(0.1, n), int(Plan.question), plan)
    is_refused = cases.reason[who] == Reason.customer_refused
    back = (end == End.rto) & dice.chance(np.where(is_refused, 0.5, rates.returns_asked), n)
    back |= (end == End.delivered) & dice.chance(0.01, n)
    plan = np.where(reached & back, int(Plan.back), plan)
    claims = reached & np.isin(end, (End.delivered, End.rto, End.silent))
    plan = np.where(claims & dice.chance(rates.claimed_delivered, n), int(Plan.claim), plan)
    refusals = sum(rates.submissions[name] for name in ("rejected", "unknown", "not_sent", "taken_back"))
    unaccepted = (plan == Plan.reattempt) & dice.chance(refusals / sum(rates.submissions.values()), n)
    plan = np.where(unaccepted, int(Plan.unaccepted), plan)
    in_time = np.where(reached & asks & (cases.judged[who] < 0), int(Plan.reattempt), int(Plan.nothing))
    plan = np.where(end == End.healed, in_time, plan)
    return np.where(cases.live[who] >= 0, int(Plan.carried), plan)


def _next_reasons(cases: Cases, who: Ints) -> Ints:
    """Why the next visit would fail: often for the same reason as the last."""
    before = cases.reason[who]
    again = cases.scene.dice.chance(cases.scene.rates.same_reason_again, len(who)) & ~np.isin(
        before, NO_VISIT
    )
    return np.where(again, before, journeys.draw_reasons(cases.scene, len(who)))
