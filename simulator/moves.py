"""The turns played: instructions written as planned, the courier's answer to them, and what it does next.

`play` runs the cycles of a block. `accepted` and `unaccepted` write the instructions; here the courier's next scan is
made to happen, and judges the instruction that is in force.
"""

from __future__ import annotations

import numpy as np

from simulator import accepted, asking, unaccepted, visits
from simulator.cases import MOST_CYCLES, Cases, End, fail_again
from simulator.clock import HOUR, NEVER, Dice, Ints, instant
from simulator.nexts import Next
from simulator.rates import Rates
from simulator.record import Record
from simulator.trouble import found_again, turned_round
from simulator.turns import Move, Plan, Turn, prepare
from simulator.words import NONE, Reason, Status, Verdict, Why

ENOUGH_ATTEMPTS = 3
"""The courier's maximum of visits (PRODUCT.md: three, a fourth on request)."""

SHIPMENT_ENDS = {End.lost: Why.shipment_lost, End.damaged: Why.shipment_damaged, End.disposed: Why.shipment_disposed,
                 End.cancelled: Why.shipment_cancelled}  # fmt: skip


def play(cases: Cases, rates: Rates, record: Record, dice: Dice) -> None:
    """Play every cycle of every case."""
    for cycle in range(1, MOST_CYCLES + 1):
        who = np.flatnonzero(cases.cycles >= cycle)
        turn = prepare(cases, who, cycle, rates, dice)
        nexts = Next.blank(len(who))
        met = turn.reached_at < NEVER
        asking.contact(record, cases.life[who[met]], turn.reached_at[met], dice)
        accepted.choose(cases, turn, rates, dice)
        accepted.ask(cases, turn, nexts, rates, record, dice)
        carried = turn.plan == Plan.carried
        nexts.given[carried] = cases.live[who[carried]]
        nexts.live_counted[carried] = cases.live_counted[who[carried]]
        _judge_moves(cases, turn, nexts)
        _time_returns(cases, turn, nexts, dice)
        unaccepted.ask(cases, turn, nexts, rates, record, dice)
        _fail(cases, turn, nexts, rates, record, dice)
        _deliver(cases, turn, nexts, rates, record, dice)
        _return(cases, turn, nexts, record, dice)
        _end(cases, turn, nexts, record, dice)


def _judge_moves(cases: Cases, turn: Turn, nexts: Next) -> None:
    """What each move makes of the accepted instruction in force."""
    for move, (verdict, why) in accepted.JUDGED.items():
        chosen = turn.move == move
        nexts.verdict[chosen], nexts.why[chosen] = verdict, why
    handed = np.isin(turn.end, (End.delivered, End.partially_delivered))
    for move, when_handed, when_failed in (
        (Move.early, Why.delivered_early, Why.attempted_early),
        (Move.late, Why.delivered_late, Why.attempted_late),
        (Move.already_out, Why.delivered_early, Why.unworded),
    ):
        chosen = turn.move == move
        nexts.verdict[chosen] = np.where(handed[chosen], int(Verdict.honoured), int(Verdict.not_honoured))
        nexts.why[chosen] = np.where(handed[chosen], int(when_handed), int(when_failed))
    nexts.is_kept = (turn.end == End.fail) & np.isin(turn.move, (Move.skipped, Move.already_out))

    exhausted = nexts.live_counted >= ENOUGH_ATTEMPTS
    shocked = (turn.plan == Plan.carried) & cases.live_external[turn.who]
    for chosen, why in ((shocked, Why.external_factor), (exhausted, Why.attempts_exhausted)):
        chosen = chosen & np.isin(turn.move, (Move.direct, Move.unverified, Move.external))
        nexts.verdict[chosen], nexts.why[chosen] = Verdict.not_honoured, why
    for end, why in SHIPMENT_ENDS.items():
        chosen = (turn.end == end) & np.isin(turn.plan, (Plan.reattempt, Plan.carried))
        nexts.verdict[chosen], nexts.why[chosen] = Verdict.not_honoured, why
    healed = turn.end == End.healed
    nexts.verdict[healed], nexts.why[healed] = Verdict.honoured, Why.delivered_early


def _time_returns(cases: Cases, turn: Turn, nexts: Next, dice: Dice) -> None:
    """When returns start: on the courier's clock 72 hours after the failure, or sooner against what was asked."""
    n, day = len(turn.who), cases.day[turn.who]
    nexts.back_at = cases.failed_at[turn.who] + dice.between(70 * HOUR, 74 * HOUR, n)
    soon = instant(day + 1 + dice.between(0, 1, n), dice.between(10 * HOUR, 20 * HOUR, n))
    nexts.back_at = np.where((turn.move != Move.none) & (turn.end == End.rto), soon, nexts.back_at)
    troubled = np.isin(turn.move, (Move.unverified, Move.external)) & (turn.end == End.rto)
    nexts.back_at[troubled] = instant(
        day[troubled] + 2, dice.between(10 * HOUR, 20 * HOUR, int(troubled.sum()))
    )
    nexts.in_vain_day = np.where(turn.move == Move.unverified, day + 1, NONE)
    out_again = (turn.move == Move.late) & dice.chance(0.3, n)
    nexts.in_vain_day = np.where(out_again, turn.asked_day, nexts.in_vain_day)
    held_at = instant(day + 1, dice.between(10 * HOUR, 12 * HOUR, n))
    nexts.held_at = np.where(turn.move == Move.external, held_at, NEVER)


def _set_out(
    cases: Cases, turn: Turn, places: Ints, nexts: Next, at: Ints, record: Record, dice: Dice
) -> Ints:
    """The outing of the next visit, and before it one in vain where the story has one; returns when it went out."""
    life = cases.life[turn.who[places]]
    unvisited = (turn.reason[places] == Reason.not_attempted) & (turn.end[places] == End.fail)
    silently = unvisited & ((turn.move[places] == Move.skipped) | dice.chance(0.5, len(places)))
    opened = visits.go_out(cases.lives, life, turn.visit_day[places], record, dice, silently=silently)
    vain = nexts.in_vain_day[places] != NONE
    visits.go_out_in_vain(
        cases.lives, life[vain], nexts.in_vain_day[places][vain], np.minimum(opened, at)[vain], record, dice
    )
    return opened


def _fail(cases: Cases, turn: Turn, nexts: Next, rates: Rates, record: Record, dice: Dice) -> None:
    places = np.flatnonzero(turn.end == End.fail)
    who = turn.who[places]
    at = instant(turn.visit_day[places], turn.visit_second[places])
    opened = _set_out(cases, turn, places, nexts, at, record, dice)
    kept = nexts.is_kept[places]
    given = nexts.given[places]
    decided = np.where(kept, NONE, given)
    _judge(record, decided, at, nexts, places)
    record.judge(nexts.unaccepted[places], at, Verdict.superseded, Why.newer_cycle)
    reason = turn.reason[places]
    fail_again(cases, who, turn.cycle + 1, at, opened, reason, given < 0, rates, record, dice)
    cases.day[who] = turn.visit_day[places]
    cases.live[who] = np.where(kept, given, NONE)
    cases.live_day[who] = turn.asked_day[places]
    cases.live_counted[who] = nexts.live_counted[places]
    cases.live_external[who] = kept & (reason == Reason.external_factor)


def _deliver(cases: Cases, turn: Turn, nexts: Next, rates: Rates, record: Record, dice: Dice) -> None:
    places = np.flatnonzero(np.isin(turn.end, (End.delivered, End.partially_delivered)))
    turned_round(
        cases,
        turn,
        nexts,
        np.flatnonzero((turn.end == End.delivered) & (turn.move == Move.rto_reversed)),
        record,
        dice,
    )
    who = turn.who[places]
    life, at = cases.life[who], instant(turn.visit_day[places], turn.visit_second[places])
    opened = _set_out(cases, turn, places, nexts, at, record, dice)
    found = turn.move[places] == Move.found_again
    found_again(cases, turn, nexts, places[found], np.minimum(opened, at)[found], record, dice)
    _judge(record, nexts.given[places], at, nexts, places)
    number = np.where(cases.lives.is_numbered[life], cases.counted[who] + 1, 0)
    visits.deliver(cases.lives, life, at, opened, number, turn.end[places], rates, record, dice,
                   rto_reversed=turn.move[places] == Move.rto_reversed, final=~nexts.is_settled[places])  # fmt: skip


def _return(cases: Cases, turn: Turn, nexts: Next, record: Record, dice: Dice) -> None:
    places = np.flatnonzero(turn.end == End.rto)
    life, at = cases.life[turn.who[places]], nexts.back_at[places]
    vain = nexts.in_vain_day[places] != NONE
    visits.go_out_in_vain(cases.lives, life[vain], nexts.in_vain_day[places][vain], at[vain], record, dice)
    held = nexts.held_at[places] < NEVER
    record.scan(life[held], nexts.held_at[places][held], Status.held, reason=Reason.external_factor)
    visits.go_back(cases.lives, life, at, record, dice)
    _judge(record, nexts.given[places], at, nexts, places)


def _end(cases: Cases, turn: Turn, nexts: Next, record: Record, dice: Dice) -> None:
    """Losses and the like two days later and more; and the instructions that a delivery within hours overtakes."""
    places = np.flatnonzero(np.isin(turn.end, list(SHIPMENT_ENDS)))
    who = turn.who[places]
    at = instant(cases.day[who] + dice.between(2, 4, len(who)), dice.visit(len(who)))
    visits.end_otherwise(cases.lives, cases.life[who], at, turn.end[places], record)
    _judge(record, nexts.given[places], at, nexts, places)
    healed = np.flatnonzero(turn.end == End.healed)
    _judge(record, nexts.given[healed], cases.settled_at[turn.who[healed]], nexts, healed)


def _judge(record: Record, given: Ints, at: Ints, nexts: Next, places: Ints) -> None:
    """Write the verdicts on the instructions in force (none: below zero)."""
    verdict, why = nexts.verdict[places], nexts.why[places]
    for word in Verdict:
        record.judge(np.where(verdict == word, given, NONE), at, word, why)
