"""What is asked for and not simply accepted: reattempts refused, unclear or never sent; returns, claims, questions;
what comes when the shipment has ended; and the agents' own entries, which ask the courier for nothing."""

from __future__ import annotations

import numpy as np

from simulator import accepted, asking
from simulator.asking import Wish
from simulator.cases import Cases
from simulator.clock import HOUR, MINUTE, instant
from simulator.fates import End
from simulator.nexts import Next
from simulator.turns import Move, Plan, Turn
from simulator.words import NONE, Action, Source, Verdict, Why

REFUSED_HOW = ("rejected", "unknown", "not_sent", "taken_back")


def ask(cases: Cases, turn: Turn, nexts: Next) -> None:
    """Write the cycle's other instructions and answers; `nexts` learns what the next scan decides."""
    _unaccepted(cases, turn, nexts)
    _back(cases, turn, nexts)
    _claim(cases, turn, nexts)
    _too_late(cases, turn, nexts)
    asked = turn.pick(Plan.question)
    cases.scene.record.answers.add(len(asked), life=cases.life[turn.who[asked]], at=turn.given_at[asked])
    _entries(cases, turn)


def _unaccepted(cases: Cases, turn: Turn, nexts: Next) -> None:
    """Reattempts for the next day that the courier does not take; a further failure comes on a later day only."""
    scene, places = cases.scene, turn.pick(Plan.unaccepted)
    day = cases.day[turn.who[places]]
    turn.asked_day[places] = day + 1
    turn.visit_day[places] = np.where(turn.end[places] == End.fail, day + 2, turn.visit_day[places])
    given = accepted.give_reattempt(cases, turn, places, turn.asked_day[places])
    nexts.unaccepted[places] = given
    at = turn.given_at[places]
    how = scene.dice.pick([scene.rates.submissions[name] for name in REFUSED_HOW], len(places))
    rejected, unknown, unsent, taken_back = (how == number for number in range(len(REFUSED_HOW)))
    reason = scene.dice.between(0, 5, int(rejected.sum()))
    asking.send(scene, given[rejected], at[rejected], asking.REJECTED, reason=reason)
    asking.send(scene, given[unknown], at[unknown], asking.UNKNOWN)
    asking.leave_unsent(scene, given[unsent])
    asking.send_and_lose(scene, given[taken_back], at[taken_back])


def _back(cases: Cases, turn: Turn, nexts: Next) -> None:
    """Returns asked for: accepted and done within two days, or not taken and done on the courier's clock."""
    scene, places = cases.scene, turn.pick(Plan.back)
    at, life = turn.given_at[places], cases.life[turn.who[places]]
    given = asking.give(scene, life, at, Wish(turn.cycle, turn.source[places], Action.rto))
    how = scene.dice.pick([0.75, 0.08, 0.07, 0.10], len(places))
    how = np.where(turn.end[places] == End.rto, how, asking.ACCEPTED)
    for result in (asking.ACCEPTED, asking.REJECTED, asking.UNKNOWN):
        reason = asking.REFUSALS.index("invalid_request") if result == asking.REJECTED else NONE
        asking.send(scene, given[how == result], at[how == result], result, reason=reason)
    taken = places[how == asking.ACCEPTED]
    returned = turn.end[taken] == End.rto
    nexts.given[taken] = given[how == asking.ACCEPTED]
    nexts.verdict[taken] = np.where(returned, int(Verdict.honoured), int(Verdict.not_honoured))
    nexts.why[taken] = np.where(returned, int(Why.returned), int(Why.delivered_instead))
    nexts.is_settled[taken] = True
    day = cases.day[turn.who[taken]] + 1 + scene.dice.between(0, 1, len(taken))
    nexts.back_at[taken] = instant(day, scene.dice.between(10 * HOUR, 20 * HOUR, len(taken)))


def _claim(cases: Cases, turn: Turn, nexts: Next) -> None:
    """Somebody says the parcel is there already; few couriers take such a claim."""
    scene, places = cases.scene, turn.pick(Plan.claim)
    at, life = turn.given_at[places], cases.life[turn.who[places]]
    given = asking.give(scene, life, at, Wish(turn.cycle, turn.source[places], Action.mark_delivered))
    taken = scene.dice.chance(0.3, len(places))
    asking.send(scene, given[taken], at[taken], asking.ACCEPTED)
    chosen = places[taken]
    comes = turn.end[chosen] == End.delivered
    nexts.given[chosen] = given[taken]
    nexts.verdict[chosen] = np.where(comes, int(Verdict.honoured), int(Verdict.not_honoured))
    nexts.why[chosen] = np.where(comes, int(Why.delivered), int(Why.returned))
    nexts.is_settled[chosen] = True


def _too_late(cases: Cases, turn: Turn, nexts: Next) -> None:
    """Instructions that reach the courier when the parcel is delivered or on its way back already."""
    scene = cases.scene
    places = np.flatnonzero((turn.plan == Plan.reattempt) & (turn.move == Move.too_late))
    n, returned = len(places), turn.end[places] == End.rto
    back_at = instant(cases.day[turn.who[places]] + 1, scene.dice.between(10 * HOUR, 14 * HOUR, n))
    nexts.back_at[places] = np.where(returned, back_at, nexts.back_at[places])
    delivered_at = instant(turn.visit_day[places], turn.visit_second[places])
    turn.given_at[places] = np.where(
        returned,
        back_at + scene.dice.between(30 * MINUTE, 240 * MINUTE, n),
        delivered_at + scene.dice.between(5 * MINUTE, 30 * MINUTE, n),
    )
    turn.source[places] = np.minimum(turn.source[places], Source.operations)
    given, at = accepted.give_reattempt(cases, turn, places, turn.asked_day[places]), turn.given_at[places]
    nexts.is_settled[places] = True
    taken = scene.dice.chance(0.4, n)
    for ended, reason, why in (
        (returned, asking.ALREADY_RTO, Why.already_rto),
        (~returned, asking.ALREADY_DELIVERED, Why.already_delivered),
    ):
        refused, accepted_all_the_same = ended & ~taken, ended & taken
        asking.send(scene, given[refused], at[refused], asking.REJECTED, reason=reason)
        chosen = given[accepted_all_the_same]
        when = asking.send(scene, chosen, at[accepted_all_the_same], asking.ACCEPTED, is_judged=False)
        scene.record.judge(chosen, when, Verdict.not_applicable, why)


def _entries(cases: Cases, turn: Turn) -> None:
    """Holds and claims of fake attempts that agents enter; they are kept and decide nothing."""
    scene, n = cases.scene, len(turn.who)
    stays_open = (turn.end != End.healed) & ~(cases.is_dated[turn.who] & (turn.cycle == 1))
    places = np.flatnonzero(scene.dice.chance(scene.rates.held_or_claimed_fake, n) & stays_open)
    who = turn.who[places]
    at = cases.failed_at[who] + scene.dice.between(30 * MINUTE, 200 * MINUTE, len(who))
    action = np.where(scene.dice.chance(0.5, len(who)), int(Action.hold), int(Action.fake_attempt))
    asking.give(scene, cases.life[who], at, Wish(turn.cycle, Source.operations, action))
