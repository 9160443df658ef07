"""Shipments that seem to have ended and are delivered all the same: returns turned round, losses found again."""

from __future__ import annotations

import numpy as np

from simulator import endings
from simulator.cases import Cases
from simulator.clock import HOUR, Ints, instant
from simulator.nexts import ENOUGH_ATTEMPTS, Next
from simulator.turns import Turn
from simulator.words import NONE, Outcome, Status, Verdict, Why


def turned_round(cases: Cases, turn: Turn, nexts: Next, places: Ints) -> None:
    """A return starts against an accepted reattempt and is called off on the next day; the parcel goes out again."""
    scene, who, n = cases.scene, turn.who[places], len(places)
    record, life, given = scene.record, cases.life[who], nexts.given[places]
    back_at = instant(cases.day[who] + 1, scene.dice.between(12 * HOUR, 18 * HOUR, n))
    endings.go_back(scene, life, back_at, only_begin=True)
    exhausted = nexts.live_counted[places] >= ENOUGH_ATTEMPTS
    shocked = cases.live_external[who] & ~exhausted
    breached = ~exhausted & ~shocked
    record.judge(np.where(breached, given, NONE), back_at, Verdict.sla_breached, Why.direct_rto)
    record.judge(np.where(exhausted, given, NONE), back_at, Verdict.not_honoured, Why.attempts_exhausted)
    record.judge(np.where(shocked, given, NONE), back_at, Verdict.not_honoured, Why.external_factor)
    cancelled_at = instant(cases.day[who] + 2, scene.dice.between(9 * HOUR, 12 * HOUR, n))
    record.scan(life, cancelled_at, Status.rto_cancelled)
    record.end(life, cancelled_at, Outcome.open)
    record.judge(given, cancelled_at, Verdict.live)


def found_again(cases: Cases, turn: Turn, nexts: Next, places: Ints, *, seen_at: Ints) -> None:
    """The parcel is written off as lost, and turns up: `seen_at` is the next forward scan, which reopens it."""
    scene, who, n = cases.scene, turn.who[places], len(places)
    life, given = cases.life[who], nexts.given[places]
    lost_at = instant(cases.day[who] + 1, scene.dice.between(12 * HOUR, 18 * HOUR, n))
    endings.end_otherwise(scene, life, lost_at, np.full(n, Outcome.lost))
    scene.record.judge(given, lost_at, Verdict.not_honoured, Why.shipment_lost)
    scene.record.end(life, seen_at, Outcome.open)
    scene.record.judge(given, seen_at, Verdict.live)
