"""The turns played: instructions written as planned, and the courier's next scan made to happen.

`play` runs the cycles of a block. `accepted` and `unaccepted` write the instructions; the visits, returns and
losses here judge the instruction that is in force.
"""

from __future__ import annotations

import numpy as np

from simulator import accepted, asking, choosing, endings, unaccepted, visits
from simulator.cases import Cases, fail_again
from simulator.clock import HOUR, NEVER, Ints, instant
from simulator.fates import MOST_CYCLES, End
from simulator.nexts import Next, judge_moves
from simulator.trouble import found_again, turned_round
from simulator.turns import Move, Plan, Turn, prepare
from simulator.words import NONE, Reason, Status, Verdict, Why


def play(cases: Cases) -> None:
    """Play every cycle of every case."""
    for cycle in range(1, MOST_CYCLES + 1):
        who = np.flatnonzero(cases.cycles >= cycle)
        turn, nexts = prepare(cases, who, cycle), Next.blank(len(who))
        met = turn.reached_at < NEVER
        asking.contact(cases.scene, cases.life[who[met]], turn.reached_at[met])
        choosing.choose(cases, turn)
        accepted.ask(cases, turn, nexts)
        carried = turn.plan == Plan.carried
        nexts.given[carried] = cases.live[who[carried]]
        nexts.live_counted[carried] = cases.live_counted[who[carried]]
        judge_moves(cases, turn, nexts)
        _time_returns(cases, turn, nexts)
        unaccepted.ask(cases, turn, nexts)
        _fail(cases, turn, nexts)
        _deliver(cases, turn, nexts)
        _return(cases, turn, nexts)
        _end(cases, turn, nexts)


def _time_returns(cases: Cases, turn: Turn, nexts: Next) -> None:
    """When returns start: on the courier's clock 72 hours after the failure, or sooner against what was asked."""
    n, day, dice = len(turn.who), cases.day[turn.who], cases.scene.dice
    returned = turn.end == End.rto
    on_its_clock = cases.failed_at[turn.who] + dice.between(70 * HOUR, 74 * HOUR, n)
    soon = instant(day + 1 + dice.between(0, 1, n), dice.between(10 * HOUR, 20 * HOUR, n))
    second_day = instant(day + 2, dice.between(10 * HOUR, 20 * HOUR, n))
    nexts.back_at = np.where(returned & (turn.move != Move.none), soon, on_its_clock)
    troubled = returned & np.isin(turn.move, (Move.unverified, Move.external))
    nexts.back_at = np.where(troubled, second_day, nexts.back_at)
    nexts.in_vain_day = np.where(turn.move == Move.unverified, day + 1, NONE)
    out_on_the_day = (turn.move == Move.late) & dice.chance(cases.scene.rates.late_unverified, n)
    nexts.in_vain_day = np.where(out_on_the_day, turn.asked_day, nexts.in_vain_day)
    held_at = instant(day + 1, dice.between(10 * HOUR, 12 * HOUR, n))
    nexts.held_at = np.where(turn.move == Move.external, held_at, NEVER)


def _set_out(cases: Cases, turn: Turn, nexts: Next, places: Ints, at: Ints) -> Ints:
    """The outing of the next visit, and before it one in vain where the story has one; returns when it went out."""
    scene, life = cases.scene, cases.life[turn.who[places]]
    unvisited = (turn.reason[places] == Reason.not_attempted) & (turn.end[places] == End.fail)
    never_loaded = (turn.move[places] == Move.skipped) | scene.dice.chance(0.5, len(places))
    never_loaded &= ~(cases.is_dated[turn.who[places]] & (turn.cycle == 1))
    opened = visits.go_out(scene, life, turn.visit_day[places], silently=unvisited & never_loaded)
    vain = nexts.in_vain_day[places] != NONE
    vain_day, ended_at = nexts.in_vain_day[places][vain], np.minimum(opened, at)[vain]
    visits.go_out_in_vain(scene, life[vain], vain_day, ended_at)
    return opened


def _fail(cases: Cases, turn: Turn, nexts: Next) -> None:
    """The next visit fails: the instruction in force is judged, or goes on into the next cycle."""
    places = np.flatnonzero(turn.end == End.fail)
    who, given, kept = turn.who[places], nexts.given[places], nexts.is_kept[places]
    at = instant(turn.visit_day[places], turn.visit_second[places])
    opened = _set_out(cases, turn, nexts, places, at)
    _judge(cases, nexts, places, at, given=np.where(kept, NONE, given))
    cases.scene.record.judge(nexts.unaccepted[places], at, Verdict.superseded, Why.newer_cycle)
    reason = turn.reason[places]
    fail_again(cases, who, turn.cycle + 1, at, opened_at=opened, reason=reason, may_mend=given < 0)
    cases.day[who] = turn.visit_day[places]
    cases.live[who] = np.where(kept, given, NONE)
    cases.live_day[who] = turn.asked_day[places]
    cases.live_counted[who] = nexts.live_counted[places]
    cases.judged[who] = np.where(kept, NONE, given)
    cases.judged_day[who] = turn.asked_day[places]
    cases.live_external[who] = kept & (reason == Reason.external_factor)


def _deliver(cases: Cases, turn: Turn, nexts: Next) -> None:
    """The next visit hands the parcel, or a part of it, over."""
    turned = np.flatnonzero((turn.end == End.delivered) & (turn.move == Move.rto_reversed))
    turned_round(cases, turn, nexts, turned)
    places = np.flatnonzero(np.isin(turn.end, (End.delivered, End.partially_delivered)))
    who = turn.who[places]
    life, at = cases.life[who], instant(turn.visit_day[places], turn.visit_second[places])
    opened = _set_out(cases, turn, nexts, places, at)
    found = turn.move[places] == Move.found_again
    found_again(cases, turn, nexts, places[found], seen_at=np.minimum(opened, at)[found])
    _judge(cases, nexts, places, at, given=nexts.given[places])
    visits.deliver(
        cases.scene,
        life,
        at,
        opened_at=opened,
        number=np.where(cases.scene.lives.is_numbered[life], cases.counted[who] + 1, 0),
        outcome=turn.end[places],
        rto_reversed=turn.move[places] == Move.rto_reversed,
        is_settled=nexts.is_settled[places],
    )


def _return(cases: Cases, turn: Turn, nexts: Next) -> None:
    """No visit comes: the parcel goes back, after an outing in vain or a hold where the story has one."""
    scene, places = cases.scene, np.flatnonzero(turn.end == End.rto)
    life, at = cases.life[turn.who[places]], nexts.back_at[places]
    vain = nexts.in_vain_day[places] != NONE
    visits.go_out_in_vain(scene, life[vain], nexts.in_vain_day[places][vain], at[vain])
    held, held_at = nexts.held_at[places] < NEVER, nexts.held_at[places]
    scene.record.scan(life[held], held_at[held], Status.held, reason=Reason.external_factor)
    endings.go_back(scene, life, at)
    _judge(cases, nexts, places, at, given=nexts.given[places])


def _end(cases: Cases, turn: Turn, nexts: Next) -> None:
    """Losses and the like two days later and more; and what a delivery within hours of a failure overtakes.

    The visit then did deliver, so the instruction that the failure had decided is decided anew.
    """
    dice = cases.scene.dice
    places = np.flatnonzero((turn.end >= End.lost) & (turn.end <= End.cancelled))
    who = turn.who[places]
    at = instant(cases.day[who] + dice.between(2, 4, len(who)), dice.visit(len(who)))
    endings.end_otherwise(cases.scene, cases.life[who], at, turn.end[places])
    _judge(cases, nexts, places, at, given=nexts.given[places])
    healed = np.flatnonzero(turn.end == End.healed)
    who = turn.who[healed]
    _judge(cases, nexts, healed, cases.settled_at[who], given=nexts.given[healed])
    late = np.sign(cases.day[who] - cases.judged_day[who])
    why = np.array([Why.delivered, Why.delivered_late, Why.delivered_early])[late]
    cases.scene.record.judge(cases.judged[who], cases.settled_at[who], Verdict.honoured, why)


def _judge(cases: Cases, nexts: Next, places: Ints, at: Ints, *, given: Ints) -> None:
    """Write the verdicts on the instructions in force (none: below zero)."""
    verdict, why = nexts.verdict[places], nexts.why[places]
    for word in Verdict:
        cases.scene.record.judge(np.where(verdict == word, given, NONE), at, word, why)
