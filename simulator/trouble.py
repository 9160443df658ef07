"""Stories in which a shipment seems to have ended and is delivered all the same: returns turned round, losses found."""

from __future__ import annotations

import numpy as np

from simulator import visits
from simulator.cases import Cases
from simulator.clock import HOUR, Dice, Ints, instant
from simulator.nexts import Next
from simulator.record import Record
from simulator.turns import Turn
from simulator.words import Outcome, Status, Verdict, Why


def turned_round(cases: Cases, turn: Turn, nexts: Next, places: Ints, record: Record, dice: Dice) -> None:
    """A return starts against an accepted reattempt, and is called off on the next day; the parcel goes out again."""
    who, n = turn.who[places], len(places)
    life, given = cases.life[who], nexts.given[places]
    back_at = instant(cases.day[who] + 1, dice.between(12 * HOUR, 18 * HOUR, n))
    visits.go_back(cases.lives, life, back_at, record, dice, only_begin=True)
    exhausted = nexts.live_counted[places] >= 3
    shocked = cases.live_external[who] & ~exhausted
    record.judge(np.where(exhausted | shocked, -1, given), back_at, Verdict.sla_breached, Why.direct_rto)
    record.judge(np.where(exhausted, given, -1), back_at, Verdict.not_honoured, Why.attempts_exhausted)
    record.judge(np.where(shocked, given, -1), back_at, Verdict.not_honoured, Why.external_factor)
    cancelled_at = instant(cases.day[who] + 2, dice.between(9 * HOUR, 12 * HOUR, n))
    record.scan(life, cancelled_at, Status.rto_cancelled)
    record.end(life, cancelled_at, Outcome.open)
    record.judge(given, cancelled_at, Verdict.live)


def found_again(
    cases: Cases, turn: Turn, nexts: Next, places: Ints, seen_at: Ints, record: Record, dice: Dice
) -> None:
    """The parcel is written off as lost, and turns up: `seen_at` is the next forward scan, which reopens it."""
    who, n = turn.who[places], len(places)
    life, given = cases.life[who], nexts.given[places]
    lost_at = instant(cases.day[who] + 1, dice.between(12 * HOUR, 18 * HOUR, n))
    visits.end_otherwise(cases.lives, life, lost_at, np.full(n, Outcome.lost), record)
    record.judge(given, lost_at, Verdict.not_honoured, Why.shipment_lost)
    record.end(life, seen_at, Outcome.open)
    record.judge(given, seen_at, Verdict.live)
