"""What is asked for and not simply accepted: reattempts refused, unclear or never sent, returns, claims, questions,
instructions that come when the shipment has ended, and the agents' own entries that ask the courier for nothing."""

from __future__ import annotations

import numpy as np

from simulator import accepted, asking
from simulator.cases import Cases, End
from simulator.clock import HOUR, MINUTE, Dice, instant
from simulator.nexts import Next
from simulator.rates import Rates
from simulator.record import Record
from simulator.turns import Move, Plan, Turn
from simulator.words import NONE, Action, Source, Verdict, Why

REFUSED_HOW = ("rejected", "unknown", "not_sent", "taken_back")


def ask(cases: Cases, turn: Turn, nexts: Next, rates: Rates, record: Record, dice: Dice) -> None:
    """Write the cycle's other instructions and answers; `nexts` learns what the next scan decides."""
    _unaccepted(cases, turn, nexts, rates, record, dice)
    _back(cases, turn, nexts, record, dice)
    _claim(cases, turn, nexts, record, dice)
    _too_late(cases, turn, nexts, record, dice)
    asked = turn.pick(Plan.question)
    record.answers.add(len(asked), life=cases.life[turn.who[asked]], at=turn.given_at[asked])
    _entries(cases, turn, rates, record, dice)


def _unaccepted(cases: Cases, turn: Turn, nexts: Next, rates: Rates, record: Record, dice: Dice) -> None:
    """Reattempts for the next day that the courier does not take; a further failure comes on a later day only."""
    places = turn.pick(Plan.unaccepted)
    day = cases.day[turn.who[places]]
    turn.asked_day[places] = day + 1
    fails = turn.end[places] == End.fail
    turn.visit_day[places] = np.where(fails, day + 2, turn.visit_day[places])
    given = accepted.give_reattempt(cases, turn, places, record, dice)
    nexts.unaccepted[places] = given
    at = turn.given_at[places]
    how = dice.pick([rates.submissions[name] for name in REFUSED_HOW], len(places))
    for reason in range(6):
        chosen = (how == 0) & (given % 6 == reason)
        asking.send(record, given[chosen], at[chosen], asking.REJECTED, dice, reason=reason)
    asking.send(record, given[how == 1], at[how == 1], asking.UNKNOWN, dice)
    asking.leave_unsent(record, given[how == 2])
    asking.send_and_lose(record, given[how == 3], at[how == 3], dice)


def _back(cases: Cases, turn: Turn, nexts: Next, record: Record, dice: Dice) -> None:
    """Returns asked for: accepted and done within two days, or not taken and done on the courier's clock."""
    places = turn.pick(Plan.back)
    who = turn.who[places]
    given = asking.give(
        record, cases.life[who], turn.cycle, turn.source[places], Action.rto, turn.given_at[places]
    )
    how = np.where(turn.end[places] == End.rto, dice.pick([0.75, 0.08, 0.07, 0.10], len(places)), 0)
    at = turn.given_at[places]
    for answer, result in enumerate((asking.ACCEPTED, asking.REJECTED, asking.UNKNOWN)):
        asking.send(record, given[how == answer], at[how == answer], result, dice,
                    reason=2 if result == asking.REJECTED else NONE)  # fmt: skip
    taken = places[how == 0]
    nexts.given[taken] = given[how == 0]
    returned = turn.end[taken] == End.rto
    nexts.verdict[taken] = np.where(returned, int(Verdict.honoured), int(Verdict.not_honoured))
    nexts.why[taken] = np.where(returned, int(Why.returned), int(Why.delivered_instead))
    nexts.is_settled[taken] = True
    day = cases.day[turn.who[taken]] + 1 + dice.between(0, 1, len(taken))
    nexts.back_at[taken] = instant(day, dice.between(10 * HOUR, 20 * HOUR, len(taken)))


def _claim(cases: Cases, turn: Turn, nexts: Next, record: Record, dice: Dice) -> None:
    """Somebody says the parcel is there already; few couriers take such a claim."""
    places = turn.pick(Plan.claim)
    at = turn.given_at[places]
    given = asking.give(
        record, cases.life[turn.who[places]], turn.cycle, turn.source[places], Action.mark_delivered, at
    )
    taken = dice.chance(0.3, len(places))
    asking.send(record, given[taken], at[taken], asking.ACCEPTED, dice)
    chosen = places[taken]
    nexts.given[chosen] = given[taken]
    comes = turn.end[chosen] == End.delivered
    nexts.verdict[chosen] = np.where(comes, int(Verdict.honoured), int(Verdict.not_honoured))
    nexts.why[chosen] = np.where(comes, int(Why.delivered), int(Why.returned))
    nexts.is_settled[chosen] = True


def _too_late(cases: Cases, turn: Turn, nexts: Next, record: Record, dice: Dice) -> None:
    """Instructions that reach the courier when the parcel is delivered or on its way back already."""
    places = np.flatnonzero((turn.plan == Plan.reattempt) & (turn.move == Move.too_late))
    who, n = turn.who[places], len(places)
    returned = turn.end[places] == End.rto
    nexts.back_at[places] = np.where(returned, instant(cases.day[who] + 1, dice.between(10 * HOUR, 14 * HOUR, n)),
                                     nexts.back_at[places])  # fmt: skip
    delivered_at = instant(turn.visit_day[places], turn.visit_second[places])
    turn.given_at[places] = np.where(returned, nexts.back_at[places] + dice.between(30 * MINUTE, 240 * MINUTE, n),
                                     delivered_at + dice.between(5 * MINUTE, 30 * MINUTE, n))  # fmt: skip
    turn.source[places] = np.minimum(turn.source[places], Source.operations)
    given = accepted.give_reattempt(cases, turn, places, record, dice)
    nexts.is_settled[places] = True
    taken = dice.chance(0.4, n)
    at = turn.given_at[places]
    for chosen, reason, why in (
        (returned, asking.ALREADY_RTO, Why.already_rto), (~returned, asking.ALREADY_DELIVERED, Why.already_delivered)
    ):  # fmt: skip
        asking.send(record, given[chosen & ~taken], at[chosen & ~taken], asking.REJECTED, dice, reason=reason)
        _, when = asking.send(
            record, given[chosen & taken], at[chosen & taken], asking.ACCEPTED, dice, is_judged=False
        )
        record.judge(given[chosen & taken], when, Verdict.not_applicable, why)


def _entries(cases: Cases, turn: Turn, rates: Rates, record: Record, dice: Dice) -> None:
    """Holds and claims of fake attempts that agents enter; they are kept and decide nothing."""
    n = len(turn.who)
    open_long_enough = (turn.end != End.healed) & ~(cases.is_dated[turn.who] & (turn.cycle == 1))
    places = np.flatnonzero(dice.chance(rates.held_or_claimed_fake, n) & open_long_enough)
    at = cases.failed_at[turn.who[places]] + dice.between(30 * MINUTE, 200 * MINUTE, len(places))
    action = np.where(dice.chance(0.5, len(places)), int(Action.hold), int(Action.fake_attempt))
    asking.give(
        record, cases.life[turn.who[places]], turn.cycle, np.full(len(places), Source.operations), action, at
    )
