"""What couriers make of the reattempts they accept: a move for each, and days, visits and reasons that fit it."""

from __future__ import annotations

import numpy as np

from simulator.cases import Cases
from simulator.clock import HOUR, Bools, Dice, Ints
from simulator.fates import End
from simulator.turns import UNREACHABLE, Move, Plan, Turn
from simulator.words import NONE, Reason, Verdict, Why

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
ONLY_WHOLE = (Move.rto_reversed, Move.found_again, Move.too_late)
SAYS_OUT = (Move.already_out, Move.unverified)


def choose(cases: Cases, turn: Turn) -> None:
    """Draw the moves of the cases with an instruction that is or will be accepted; fit the turn to them."""
    _draw_moves(cases, turn)
    day = cases.day[turn.who]
    is_new, is_carried = turn.plan == Plan.reattempt, turn.plan == Plan.carried
    turn.asked_day = np.where(is_carried, cases.live_day[turn.who], turn.asked_day)
    later = is_new & np.isin(turn.move, NEEDS_A_LATER_DAY)
    turn.asked_day = np.where(later, np.maximum(turn.asked_day, day + 2), turn.asked_day)
    turn.asked_day = np.where(is_new & (turn.move == Move.rto_reversed), day + 1, turn.asked_day)
    has_no_day_before = (turn.move == Move.early) & (turn.asked_day < day + 2)
    turn.move = np.where(has_no_day_before, int(Move.late), turn.move)
    _fit_visits(turn, day, cases.scene.dice)
    _fit_windows(turn, is_new, cases.scene.dice)
    _fit_reasons(turn, cases.scene.dice)


def _draw_moves(cases: Cases, turn: Turn) -> None:
    """A move for each accepted instruction, the plain one where the drawn move cannot happen to this parcel."""
    n, rates, dice = len(turn.who), cases.scene.rates, cases.scene.dice
    is_new, is_carried = turn.plan == Plan.reattempt, turn.plan == Plan.carried
    weights = {
        End.fail: rates.moves_failed,
        End.delivered: rates.moves_delivered,
        End.partially_delivered: rates.moves_delivered,
        End.rto: rates.moves_returned,
    }
    for end, moves in weights.items():
        drawn = np.array([Move[name] for name in moves])[dice.pick(list(moves.values()), n)]
        turn.move = np.where((is_new | is_carried) & (turn.end == end), drawn, turn.move)
    plain = np.select(
        [turn.end == End.fail, turn.end == End.rto],
        [int(Move.on_date_customer), int(Move.direct)],
        int(Move.on_date),
    )
    unfit = is_carried & np.isin(turn.move, ONLY_WHEN_NEW)
    unfit |= cases.scene.lives.is_without_ofd[cases.life[turn.who]] & np.isin(turn.move, SAYS_OUT)
    unfit |= (turn.end == End.partially_delivered) & np.isin(turn.move, ONLY_WHOLE)
    turn.move = np.where(unfit, plain, turn.move)


def _fit_visits(turn: Turn, day: Ints, dice: Dice) -> None:
    """The day and second of the next visit."""
    n, asked, move = len(turn.who), turn.asked_day, turn.move
    early = day + 1 + (dice.between(0, 5, n) % np.maximum(asked - day - 1, 1))
    turn.visit_day = np.select(
        [
            move == Move.early,
            move == Move.late,
            np.isin(move, (Move.skipped, Move.already_out, Move.too_late)),
            np.isin(move, (Move.rto_reversed, Move.found_again)),
            move != Move.none,
        ],
        [early, asked + 1 + dice.between(0, 1, n), day + 1, np.maximum(day + 3, asked + 1), asked],
        turn.visit_day,
    )
    at_noon = dice.between(int(11.5 * HOUR), int(15.5 * HOUR), n)
    turn.visit_second = np.where(move == Move.outside_window, at_noon, turn.visit_second)


def _fit_windows(turn: Turn, is_new: Bools, dice: Dice) -> None:
    """Windows around the visit for some; more than an hour before or after it where it is to fall outside."""
    n, outside = len(turn.who), turn.move == Move.outside_window
    on_date = (turn.move >= Move.on_date) & (turn.move <= Move.on_date_external)
    inside = is_new & on_date & dice.chance(0.25, n)
    evening = outside & dice.chance(0.7, n)
    hour = turn.visit_second // HOUR
    turn.window_start = np.select([evening, outside, inside], [17 * 60, 8 * 60, (hour - 1) * 60], NONE)
    turn.window_end = np.select([evening, outside, inside], [20 * 60, 10 * 60, (hour + 2) * 60], NONE)


def _fit_reasons(turn: Turn, dice: Dice) -> None:
    """Why the next visit fails, where the move says so; a move of a real visit has the reason of one."""
    n, move = len(turn.who), turn.move
    real = np.array(REAL)[dice.pick([0.4, 0.2, 0.3, 0.1], n)]
    nobody = np.array(UNREACHABLE)[dice.pick([0.8, 0.2], n)]
    unvisited = np.where(dice.chance(0.5, n), int(Reason.not_attempted), int(Reason.external_factor))
    either = np.where(dice.chance(0.5, n), nobody, real)
    turn.reason = np.select(
        [
            move == Move.on_date_customer,
            move == Move.on_date_other,
            move == Move.on_date_not_attempted,
            move == Move.on_date_external,
            move == Move.skipped,
            np.isin(move, (Move.outside_window, Move.early, Move.late, Move.already_out)),
        ],
        [nobody, real, int(Reason.not_attempted), int(Reason.external_factor), unvisited, either],
        turn.reason,
    )
