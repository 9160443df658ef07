"""Reattempts the courier accepts: which move it makes, for which day, and what that makes of the instruction.

`choose` draws the moves and fits days, visits, reasons and windows to them; `ask` writes the instructions.
"""

from __future__ import annotations

import numpy as np

from simulator import asking
from simulator.cases import Cases, End
from simulator.clock import HOUR, MINUTE, Dice, Ints, day_of, instant
from simulator.nexts import Next
from simulator.rates import Rates
from simulator.record import Record
from simulator.turns import UNREACHABLE, Move, Plan, Turn
from simulator.words import NONE, Action, Reason, Source, Verdict, Why

REAL = [
    Reason.address_issue,
    Reason.customer_refused,
    Reason.premises_closed,
    Reason.future_delivery_requested,
]
"""Reasons of a real visit to a customer who was there, or whose door was found."""

JUDGED = {
    Move.on_date: (Verdict.honoured, Why.delivered),
    Move.on_date_customer: (Verdict.not_honoured, Why.customer_unavailable),
    Move.on_date_other: (Verdict.honoured, Why.attempted),
    Move.on_date_not_attempted: (Verdict.not_honoured, Why.not_attempted),
    Move.on_date_external: (Verdict.not_honoured, Why.external_factor),
    Move.outside_window: (Verdict.not_honoured, Why.outside_window),
    Move.rto_reversed: (Verdict.honoured, Why.delivered_late),
    Move.found_again: (Verdict.honoured, Why.delivered_late),
    Move.direct: (Verdict.sla_breached, Why.direct_rto),
    Move.unverified: (Verdict.not_honoured, Why.unverified_attempt),
    Move.external: (Verdict.not_honoured, Why.external_factor),
    Move.return_requested: (Verdict.superseded, Why.return_requested),
    Move.newer_return: (Verdict.honoured, Why.returned),
}
"""What a move makes of the instruction in force; early, late and already_out depend on whether it delivers."""

NEEDS_A_LATER_DAY = (Move.early, Move.skipped, Move.already_out, Move.too_late)
ONLY_WHEN_NEW = (
    Move.outside_window,
    Move.skipped,
    Move.already_out,
    Move.too_late,
    Move.return_requested,
    Move.newer_return,
)


def choose(cases: Cases, turn: Turn, rates: Rates, dice: Dice) -> None:
    """Draw the courier's moves for the cases with an instruction that is or will be accepted; fit the turn to them."""
    n, day = len(turn.who), cases.day[turn.who]
    is_new, is_carried = turn.plan == Plan.reattempt, turn.plan == Plan.carried
    weights = {End.fail: rates.moves_failed, End.delivered: rates.moves_delivered,
               End.partially_delivered: rates.moves_delivered, End.rto: rates.moves_returned}  # fmt: skip
    for end, moves in weights.items():
        drawn = np.array([Move[name] for name in moves])[dice.pick(list(moves.values()), n)]
        turn.move = np.where((is_new | is_carried) & (turn.end == end), drawn, turn.move)
    plain = np.select(
        [turn.end == End.fail, turn.end == End.rto],
        [int(Move.on_date_customer), int(Move.direct)],
        int(Move.on_date),
    )
    silent = cases.lives.is_without_ofd[cases.life[turn.who]]
    unfit = (is_carried & np.isin(turn.move, ONLY_WHEN_NEW)) | (
        silent & np.isin(turn.move, (Move.already_out, Move.unverified))
    )
    unfit |= (turn.end == End.partially_delivered) & np.isin(
        turn.move, (Move.rto_reversed, Move.found_again, Move.too_late)
    )
    turn.move = np.where(unfit, plain, turn.move)

    turn.asked_day = np.where(is_carried, cases.live_day[turn.who], turn.asked_day)
    later = np.isin(turn.move, NEEDS_A_LATER_DAY)
    turn.asked_day = np.where(is_new & later, np.maximum(turn.asked_day, day + 2), turn.asked_day)
    turn.asked_day = np.where(is_new & (turn.move == Move.rto_reversed), day + 1, turn.asked_day)
    turn.move = np.where((turn.move == Move.early) & (turn.asked_day < day + 2), int(Move.late), turn.move)
    _fit_visits(turn, day, is_new, dice)
    _fit_reasons(turn, dice)


def _fit_visits(turn: Turn, day: Ints, is_new: Ints, dice: Dice) -> None:
    """The day and second of the next visit, and the window asked for."""
    n, asked, move = len(turn.who), turn.asked_day, turn.move
    early = day + 1 + (dice.between(0, 5, n) % np.maximum(asked - day - 1, 1))
    after_trouble = np.maximum(day + 3, asked + 1)
    turn.visit_day = np.select(
        [move == Move.early, move == Move.late, np.isin(move, (Move.skipped, Move.already_out, Move.too_late)),
         np.isin(move, (Move.rto_reversed, Move.found_again)), move != Move.none],
        [early, asked + 1 + dice.between(0, 1, n), day + 1, after_trouble, asked], turn.visit_day,
    )  # fmt: skip
    outside = move == Move.outside_window
    turn.visit_second = np.where(
        outside, dice.between(int(11.5 * HOUR), int(15.5 * HOUR), n), turn.visit_second
    )
    inside = is_new & (move >= Move.on_date) & (move <= Move.on_date_external) & dice.chance(0.25, n)
    evening = dice.chance(0.7, n)
    hour = turn.visit_second // HOUR
    turn.window_start = np.select(
        [outside & evening, outside, inside], [17 * 60, 8 * 60, (hour - 1) * 60], NONE
    )
    turn.window_end = np.select(
        [outside & evening, outside, inside], [20 * 60, 10 * 60, (hour + 2) * 60], NONE
    )


def _fit_reasons(turn: Turn, dice: Dice) -> None:
    """Why the next visit fails, where the move says so; a move of a real visit has the reason of one."""
    n, move = len(turn.who), turn.move
    real = np.array(REAL)[dice.pick([0.4, 0.2, 0.3, 0.1], n)]
    nobody = np.array(UNREACHABLE)[dice.pick([0.8, 0.2], n)]
    unvisited = np.where(dice.chance(0.5, n), int(Reason.not_attempted), int(Reason.external_factor))
    is_real = np.isin(move, (Move.outside_window, Move.early, Move.late, Move.already_out))
    turn.reason = np.select(
        [move == Move.on_date_customer, move == Move.on_date_other, move == Move.on_date_not_attempted,
         move == Move.on_date_external, move == Move.skipped, is_real],
        [nobody, real, int(Reason.not_attempted), int(Reason.external_factor), unvisited,
         np.where(dice.chance(0.5, n), nobody, real)], turn.reason,
    )  # fmt: skip


def ask(cases: Cases, turn: Turn, nexts: Next, rates: Rates, record: Record, dice: Dice) -> None:
    """Give and send the cycle's reattempts that are accepted; `nexts` learns which instruction is in force."""
    day = cases.day[turn.who]
    late = turn.move == Move.already_out
    turn.given_at = np.where(
        late, instant(day + 1, dice.between(int(10.8 * HOUR), int(11.2 * HOUR), len(day))), turn.given_at
    )
    new = np.flatnonzero((turn.plan == Plan.reattempt) & (turn.move != Move.too_late))
    names = ("accepted", "retried", "renewed", "outranked")
    answer = dice.pick([rates.submissions[name] for name in names], len(new))
    plain = np.isin(turn.move[new], (Move.already_out, Move.return_requested, Move.newer_return)) | (
        turn.end[new] == End.healed
    )
    plain |= (turn.source[new] > Source.operations) & (answer == names.index("outranked"))
    answer = np.where(plain, 0, answer)

    given = give_reattempt(cases, turn, new, record, dice)
    nexts.given[new] = given
    nexts.live_counted[new] = cases.counted[turn.who[new]]
    for name in (0, 3):
        asking.send(record, given[answer == name], turn.given_at[new][answer == name], asking.ACCEPTED, dice)
    asking.send_twice(record, given[answer == 1], turn.given_at[new][answer == 1], dice)
    _outrank(cases, turn, new[answer == 3], record, dice)
    _renew(cases, turn, new[answer == 2], given[answer == 2], nexts, record, dice)
    _call_back(cases, turn, nexts, record, dice)


def give_reattempt(cases: Cases, turn: Turn, places: Ints, record: Record, dice: Dice) -> Ints:
    """A reattempt of the cycle for its day; corrected details stand for the next day and name none."""
    who, at, day, source = (
        turn.who[places],
        turn.given_at[places],
        turn.asked_day[places],
        turn.source[places],
    )
    is_next_day = day == day_of(at) + 1
    details = (
        asking.asks_for_details(source, cases.reason[who], dice)
        & is_next_day
        & (turn.window_start[places] == NONE)
    )
    says_day = ~details & ~(is_next_day & dice.chance(0.2, len(who)))
    return asking.give(record, cases.life[who], turn.cycle, source, Action.reattempt, at, day, says_day=says_day,
                       window_start=turn.window_start[places], window_end=turn.window_end[places],
                       has_details=details)  # fmt: skip


def _outrank(cases: Cases, turn: Turn, places: Ints, record: Record, dice: Dice) -> None:
    """A default is given and accepted after the person's own: it never counts."""
    at = turn.given_at[places] + dice.between(16 * MINUTE, 30 * MINUTE, len(places))
    later = asking.give(record, cases.life[turn.who[places]], turn.cycle, Source.default, Action.reattempt, at,
                        day_of(at) + 1)  # fmt: skip
    asking.send(record, later, at, asking.ACCEPTED, dice, is_judged=False)
    asking.supersede(record, later, at, Why.outranked)


def _renew(
    cases: Cases, turn: Turn, places: Ints, first: Ints, nexts: Next, record: Record, dice: Dice
) -> None:
    """A newer answer is accepted in the place of the first, which was accepted too, or never sent."""
    who, n = turn.who[places], len(places)
    sent = dice.chance(0.7, n) | (turn.source[places] > Source.operations)
    at = turn.given_at[places] + dice.between(16 * MINUTE, 30 * MINUTE, n)
    asking.send(record, first[sent], turn.given_at[places][sent], asking.ACCEPTED, dice)
    source = np.where(dice.chance(0.7, n), int(Source.customer), int(Source.operations))
    second = asking.give(record, cases.life[who], turn.cycle, source, Action.reattempt, at, turn.asked_day[places],
                         window_start=turn.window_start[places], window_end=turn.window_end[places])  # fmt: skip
    _, accepted_at = asking.send(record, second, at, asking.ACCEPTED, dice)
    asking.supersede(record, first[sent], accepted_at[sent])
    asking.supersede(record, first[~sent], at[~sent])
    nexts.given[places] = second


def _call_back(cases: Cases, turn: Turn, nexts: Next, record: Record, dice: Dice) -> None:
    """A return is asked for after the reattempt: accepted and in its place, or unsent and done all the same."""
    for move in (Move.return_requested, Move.newer_return):
        places = np.flatnonzero((turn.plan == Plan.reattempt) & (turn.move == move))
        at = turn.given_at[places] + dice.between(16 * MINUTE, 30 * MINUTE, len(places))
        source = np.where(dice.chance(0.5, len(places)), int(Source.customer), int(Source.operations))
        back = asking.give(record, cases.life[turn.who[places]], turn.cycle, source, Action.rto, at)
        if move == Move.newer_return:
            _, accepted_at = asking.send(record, back, at, asking.ACCEPTED, dice)
            asking.supersede(record, nexts.given[places], accepted_at)
            nexts.given[places] = back
