"""How a parcel ends without a hand-over: it goes back, or is lost, damaged, disposed of or cancelled."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.clock import DAY, HOUR, MINUTE, Ints
from simulator.scene import Scene
from simulator.visits import back_leg
from simulator.words import NONE, Outcome, Place, Status


def go_back(scene: Scene, who: Ints, at: Ints, *, only_begin: bool = False) -> None:
    """The return starts at `at`; unless it is only begun, the parcel reaches its origin some days later."""
    n, leg, dice, record = len(who), back_leg(scene, who), scene.dice, scene.record
    asked = np.flatnonzero(dice.chance(0.1, n))
    asked_at = at[asked] - dice.between(5 * MINUTE, 50 * MINUTE, len(asked))
    record.scan(who[asked], asked_at, Status.rto_requested, place=Place.destination)
    # some couriers have no scan for the decision, only for the way
    first = np.where(dice.chance(0.15, n), Status.rto_in_transit, Status.rto_initiated)
    record.scan(who, at, first, leg=leg, place=Place.destination, is_final=True)
    record.end(who, at, Outcome.rto)
    if only_begin:
        return
    moved = at + dice.between(6 * HOUR, 30 * HOUR, n)
    near = moved + dice.between(1 * DAY, 3 * DAY, n)
    home = near + dice.between(20 * HOUR, 40 * HOUR, n)
    record.scan(who, moved, Status.rto_in_transit, leg=leg)
    record.scan(who, near, Status.rto_out_for_delivery, leg=leg, place=Place.origin)
    shut = np.flatnonzero(dice.chance(0.05, n))
    shut_at = near[shut] + dice.between(2 * HOUR, 6 * HOUR, len(shut))
    record.scan(who[shut], shut_at, Status.rto_failed, leg=leg[shut], place=Place.origin)
    record.scan(who, home, Status.rto_delivered, leg=leg, place=Place.origin)
    scene.lives.ended_at[who] = home


def end_otherwise(scene: Scene, who: Ints, at: Ints, outcome: Any) -> None:
    """Lost, damaged, disposed of or cancelled: one scan of that name."""
    spelt = np.array([Status.__members__.get(word.name, NONE) for word in Outcome])
    scene.record.scan(who, at, spelt[outcome], is_final=True)
    scene.record.end(who, at, outcome)
    scene.lives.ended_at[who] = at
