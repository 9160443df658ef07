"""What couriers do with a parcel: take it out, fail, deliver, bring it back; the scans and the account of each.

Every function takes the parcels it is about as an array (`who`: places in `Lives`), writes their scans and what
the scenario knows of them. Days are IST day numbers, instants UTC seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.clock import DAY, HOUR, MINUTE, NEVER, Bools, Ints, instant
from simulator.scene import Scene
from simulator.words import NONE, Leg, Outcome, Place, Reason, Status

PLAIN_REASONS = [
    Reason.customer_unavailable,
    Reason.address_issue,
    Reason.premises_closed,
    Reason.phone_unreachable,
]
"""Reasons that a second telling gives: all of them of a real visit."""


@dataclass
class Failure:
    """Failed visits: when out (NEVER: not said) and back, why, and what is told of them later.

    `number` is the courier's own count (0: it gives none), `settled_at` a delivery in the same dispatch, `again_at`
    and `again_reason` a second telling; NEVER where there is none.
    """

    at: Ints
    opened_at: Ints
    reason: Ints
    number: Ints
    is_dated: Bools
    settled_at: Ints
    again_at: Ints
    again_reason: Ints


def go_out(scene: Scene, who: Ints, day: Ints, *, silently: Any = False) -> Ints:
    """Out for delivery in the morning; returns the instants, NEVER where the courier does not say so."""
    at = instant(day, scene.dice.outing(len(who)))
    says = ~(scene.lives.is_without_ofd[who] | silently)
    leg = _onward(scene, who[says])
    scene.record.scan(who[says], at[says], Status.out_for_delivery, place=Place.destination, leg=leg)
    return np.where(says, at, NEVER)


def go_out_in_vain(scene: Scene, who: Ints, day: Ints, ended_at: Ints) -> None:
    """An outing without a result, ended by the scan at `ended_at`; none for couriers that never say `out`."""
    says = ~scene.lives.is_without_ofd[who]
    opened = go_out(scene, who[says], day[says])
    scene.record.attempts.add(int(says.sum()), life=who[says], opened_at=opened, unverified_at=ended_at[says])


def fail(scene: Scene, who: Ints, failure: Failure) -> None:
    """A failed visit, and for some its second telling."""
    at, leg, says = failure.at, _onward(scene, who), failure.opened_at < NEVER
    door = {"status": Status.failed_delivery, "place": Place.doorstep}
    scene.record.scan(
        who, at, reason=failure.reason, number=failure.number, is_dated=failure.is_dated, leg=leg, **door
    )
    scene.record.attempts.add(
        len(who),
        life=who,
        opened_at=np.where(says, failure.opened_at, at),
        failed_at=at,
        reason=failure.reason,
        is_without_ofd=~says,
        is_dated=failure.is_dated,
        settled_at=failure.settled_at,
        again_at=failure.again_at,
        again_reason=failure.again_reason,
    )
    again = failure.again_at < NEVER
    reason, number = failure.again_reason[again], failure.number[again]
    scene.record.scan(
        who[again], failure.again_at[again], reason=reason, number=number, leg=leg[again], **door
    )


def deliver(
    scene: Scene,
    who: Ints,
    at: Ints,
    *,
    opened_at: Ints,
    number: Ints,
    outcome: Ints,
    rto_reversed: Any = False,
    is_settled: Any = False,
) -> None:
    """Hand the parcel (or a part of it) over; a few come back after all, unless `is_settled` forbids it."""
    scan_delivered(scene, who, at, number=number, outcome=outcome, rto_reversed=rto_reversed)
    says, n = opened_at < NEVER, len(who)
    opened_at = np.where(says, opened_at, at)
    scene.record.attempts.add(n, life=who, opened_at=opened_at, settled_at=at, is_without_ofd=~says)
    undone = scene.dice.chance(scene.rates.delivery_reversed, n) & (outcome == Outcome.delivered)
    undone &= ~np.broadcast_to(is_settled, undone.shape)
    back, back_at = who[undone], at[undone] + scene.dice.between(3 * DAY, 6 * DAY, int(undone.sum()))
    scene.record.scan(back, back_at, Status.rto_delivered, place=Place.origin, leg=back_leg(scene, back))
    scene.record.end(back, back_at, Outcome.rto, delivery_reversed=True)
    scene.lives.ended_at[back] = back_at


def scan_delivered(
    scene: Scene, who: Ints, at: Ints, *, number: Ints, outcome: Ints, rto_reversed: Any = False
) -> None:
    """The scan of a hand-over at the consignee's door, and the outcome it makes."""
    status = np.where(outcome == Outcome.delivered, Status.delivered, Status.partially_delivered)
    leg = _onward(scene, who)
    scene.record.scan(who, at, status, number=number, place=Place.doorstep, leg=leg, is_final=True)
    scene.record.end(who, at, outcome, rto_reversed=rto_reversed)
    scene.lives.ended_at[who] = at


def repeats(scene: Scene, failed_at: Ints, reason: Ints, *, may: Bools, may_mend: Bools) -> tuple[Ints, Ints]:
    """When and with what reason a failure is told once more (NEVER where it is not).

    Within hours and so a sighting of the same visit. A `not_attempted` is mended by a real reason, and only where
    `may_mend` allows it, as the reason of the visit then changes.
    """
    n, dice = len(reason), scene.dice
    is_admitted = reason == Reason.not_attempted
    mends = dice.chance(scene.rates.reason_mended, n) & may_mend
    told = may & np.where(is_admitted, mends, dice.chance(scene.rates.restated, n))
    told &= reason != Reason.external_factor
    differs = dice.chance(0.6, n) | is_admitted
    again = np.where(differs, np.array(PLAIN_REASONS)[dice.pick([1.0] * len(PLAIN_REASONS), n)], reason)
    again_at = failed_at + dice.between(20 * MINUTE, 4 * HOUR, n)
    return np.where(told, again_at, NEVER), np.where(told, again, NONE)


def _onward(scene: Scene, who: Ints) -> Ints:
    """The leg a forward scan says: most couriers say none."""
    return np.where(scene.lives.says_leg[who], Leg.forward, NONE)


def back_leg(scene: Scene, who: Ints) -> Ints:
    """The leg a scan of the return says."""
    return np.where(scene.lives.says_leg[who], Leg.back, NONE)
