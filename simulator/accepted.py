"""Reattempts that the courier accepts, at once or in the end, and what is given beside or after them."""

from __future__ import annotations

import numpy as np

from simulator import asking
from simulator.asking import Wish
from simulator.cases import Cases
from simulator.clock import HOUR, MINUTE, Bools, Ints, day_of, instant
from simulator.fates import End
from simulator.nexts import Next
from simulator.turns import Move, Plan, Turn
from simulator.words import NONE, Action, Source, Why

ANSWERS = ("accepted", "retried", "renewed", "outranked")
ANSWERED_PLAINLY = (Move.already_out, Move.return_requested, Move.newer_return)


def ask(cases: Cases, turn: Turn, nexts: Next) -> None:
    """Give and send the cycle's reattempts that are accepted; `nexts` learns which instruction is in force."""
    scene, day = cases.scene, cases.day[turn.who]
    after_dispatch = instant(day + 1, scene.dice.between(int(10.8 * HOUR), int(11.2 * HOUR), len(day)))
    turn.given_at = np.where(turn.move == Move.already_out, after_dispatch, turn.given_at)
    new = np.flatnonzero((turn.plan == Plan.reattempt) & (turn.move != Move.too_late))
    answer = scene.dice.pick([scene.rates.submissions[name] for name in ANSWERS], len(new))
    plain = np.isin(turn.move[new], ANSWERED_PLAINLY) | (turn.end[new] == End.healed)
    plain |= (turn.source[new] > Source.operations) & (answer == ANSWERS.index("outranked"))
    answer = np.where(plain, 0, answer)

    renewed = answer == ANSWERS.index("renewed")
    at, next_day = turn.given_at[new], cases.day[turn.who[new]] + 1
    given = give_reattempt(cases, turn, new, np.where(renewed, next_day, turn.asked_day[new]))
    nexts.given[new] = given
    nexts.live_counted[new] = cases.counted[turn.who[new]]
    accepted, retried, renewed, outranked = (answer == number for number in range(len(ANSWERS)))
    asking.send(scene, given[accepted | outranked], at[accepted | outranked], asking.ACCEPTED)
    asking.send_twice(scene, given[retried], at[retried])
    _outrank(cases, turn, new[outranked])
    _renew(cases, turn, nexts, new[renewed])
    _ask_back(cases, turn, nexts)


def give_reattempt(cases: Cases, turn: Turn, places: Ints, day: Ints) -> Ints:
    """A reattempt of the cycle for a day; corrected details stand for the next day and name none."""
    scene, who = cases.scene, turn.who[places]
    at, source = turn.given_at[places], turn.source[places]
    is_next_day: Bools = day == day_of(at) + 1
    has_window = turn.window_start[places] != NONE
    details = asking.asks_for_details(scene, source, cases.reason[who]) & is_next_day & ~has_window
    wish = Wish(
        turn.cycle,
        source,
        Action.reattempt,
        day,
        says_day=~details & ~(is_next_day & scene.dice.chance(0.2, len(who))),
        window_start=turn.window_start[places],
        window_end=turn.window_end[places],
        has_details=details,
    )
    return asking.give(scene, cases.life[who], at, wish)


def _soon_after(cases: Cases, turn: Turn, places: Ints) -> Ints:
    """Half an hour after the cycle's instruction, when that has been answered."""
    after: Ints = turn.given_at[places] + cases.scene.dice.between(16 * MINUTE, 30 * MINUTE, len(places))
    return after


def _outrank(cases: Cases, turn: Turn, places: Ints) -> None:
    """A default is given and accepted after the person's own: it never counts."""
    at, life = _soon_after(cases, turn, places), cases.life[turn.who[places]]
    wish = Wish(turn.cycle, Source.default, Action.reattempt, day_of(at) + 1)
    later = asking.give(cases.scene, life, at, wish)
    asking.send(cases.scene, later, at, asking.ACCEPTED, is_judged=False)
    asking.supersede(cases.scene, later, at, Why.outranked)


def _renew(cases: Cases, turn: Turn, nexts: Next, places: Ints) -> None:
    """A newer answer is accepted in the place of the first, which was accepted too, or never sent."""
    scene, n, first = cases.scene, len(places), nexts.given[places]
    sent = scene.dice.chance(0.7, n) | (turn.source[places] > Source.operations)
    at = _soon_after(cases, turn, places)
    asking.send(scene, first[sent], turn.given_at[places][sent], asking.ACCEPTED)
    by_customer = scene.dice.chance(0.7, n)
    wish = Wish(
        turn.cycle,
        np.where(by_customer, int(Source.customer), int(Source.operations)),
        Action.reattempt,
        turn.asked_day[places],
        window_start=turn.window_start[places],
        window_end=turn.window_end[places],
    )
    second = asking.give(scene, cases.life[turn.who[places]], at, wish)
    accepted_at = asking.send(scene, second, at, asking.ACCEPTED)
    asking.supersede(scene, first[sent], accepted_at[sent])
    asking.supersede(scene, first[~sent], at[~sent])
    nexts.given[places] = second


def _ask_back(cases: Cases, turn: Turn, nexts: Next) -> None:
    """A return is asked for after the reattempt: accepted and in its place, or unsent and done all the same."""
    scene = cases.scene
    for move in (Move.return_requested, Move.newer_return):
        places = np.flatnonzero((turn.plan == Plan.reattempt) & (turn.move == move))
        at = _soon_after(cases, turn, places)
        by_customer = scene.dice.chance(0.5, len(places))
        source = np.where(by_customer, int(Source.customer), int(Source.operations))
        life = cases.life[turn.who[places]]
        back = asking.give(scene, life, at, Wish(turn.cycle, source, Action.rto))
        if move == Move.newer_return:
            accepted_at = asking.send(scene, back, at, asking.ACCEPTED)
            asking.supersede(scene, nexts.given[places], accepted_at)
            nexts.given[places] = back
