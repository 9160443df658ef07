"""From the manifest to the first visit: the scans every parcel has, and the stories that never fail.

`travel` writes them and says which parcels fail at their first visit; `cases` goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import endings, visits
from simulator.clock import DAY, HOUR, MINUTE, Ints, day_of, instant
from simulator.scene import Scene
from simulator.words import Outcome, Place, Reason, Status


@dataclass
class FirstFailures:
    """The parcels whose first visit fails: `life`, the instant out (NEVER: not said) and the day of the visit."""

    life: Ints
    opened_at: Ints
    day: Ints
    reason: Ints


def travel(scene: Scene) -> FirstFailures:
    """Write every parcel's journey up to its first visit, and the whole story of those that do not fail there."""
    rates, dice = scene.rates, scene.dice
    going, day = _hand_over(scene)
    on_its_way = 1 - rates.lost_in_transit - rates.returned_unattempted
    fates = dice.pick([on_its_way, rates.lost_in_transit, rates.returned_unattempted], len(going))
    lost, back, out = going[fates == 1], going[fates == 2], going[fates == 0]
    lost_at = instant(day[lost] + 4, dice.visit(len(lost)))
    endings.end_otherwise(scene, lost, lost_at, np.full(len(lost), Outcome.lost))
    endings.go_back(scene, back, instant(day[back], dice.visit(len(back))))

    opened, day = _reach_the_door(scene, out, day[out])
    failed = dice.chance(rates.ndr_share, len(out))
    _deliver_at_once(scene, out[~failed], opened[~failed], day[~failed])
    return _fail_first(scene, out[failed], opened[failed], day[failed])


def _hand_over(scene: Scene) -> tuple[Ints, Ints]:
    """From the order to the last hub: the parcels on their way, and every parcel's day of the first visit."""
    lives, rates, record, dice = scene.lives, scene.rates, scene.record, scene.dice
    n, manifested = len(lives), lives.manifested_at
    ordered_at = manifested + dice.between(3 * MINUTE, 8 * MINUTE, n)
    record.scan(np.arange(n), ordered_at, Status.order_created, place=Place.origin)
    called = np.flatnonzero(dice.chance(0.6, n))
    called_at = manifested[called] + dice.between(15 * MINUTE, 90 * MINUTE, len(called))
    record.scan(called, called_at, Status.pickup_pending, place=Place.origin)
    is_cancelled = dice.chance(rates.cancelled_before_pickup, n)
    cancelled, going = np.flatnonzero(is_cancelled), np.flatnonzero(~is_cancelled)
    cancelled_at = manifested[cancelled] + dice.between(2 * HOUR, 20 * HOUR, len(cancelled))
    endings.end_otherwise(scene, cancelled, cancelled_at, np.full(len(cancelled), Outcome.cancelled))

    picked = manifested + dice.between(3 * HOUR, 20 * HOUR, n)
    moved = picked + dice.between(2 * HOUR, 8 * HOUR, n)
    arrived = moved + dice.between(6 * HOUR, 20 * HOUR, n)
    record.scan(going, picked[going], Status.picked_up, place=Place.origin)
    record.scan(going, moved[going], Status.in_transit, place=Place.origin)
    record.scan(going, arrived[going], Status.in_transit)
    odd = going[dice.chance(rates.unknown_codes, len(going))]
    record.scan(odd, arrived[odd] + dice.between(20 * MINUTE, 3 * HOUR, len(odd)), Status.unmapped)
    return going, day_of(arrived) + 1 + dice.pick([0.6, 0.3, 0.1], n)


def _reach_the_door(scene: Scene, who: Ints, day: Ints) -> tuple[Ints, Ints]:
    """At the destination, and out; a few go out once without a result and again on the next day."""
    arrived_at = instant(day, scene.dice.between(4 * HOUR, 7 * HOUR, len(who)))
    scene.record.scan(who, arrived_at, Status.at_destination, place=Place.destination)
    in_vain = scene.dice.chance(scene.rates.unverified_first, len(who)) & ~scene.lives.is_without_ofd[who]
    opened = visits.go_out(scene, who, day + in_vain)
    visits.go_out_in_vain(scene, who[in_vain], day[in_vain], opened[in_vain])
    return opened, day + in_vain


def _deliver_at_once(scene: Scene, who: Ints, opened_at: Ints, day: Ints) -> None:
    """Delivered at the first visit, rarely in part; for some the proof is audited later."""
    lives, dice = scene.lives, scene.dice
    at = instant(day, dice.visit(len(who)))
    outcome = np.where(dice.chance(0.004, len(who)), Outcome.partially_delivered, Outcome.delivered)
    number = lives.is_numbered[who].astype(np.int64)
    visits.deliver(scene, who, at, opened_at=opened_at, number=number, outcome=outcome)
    audited = np.flatnonzero(dice.chance(0.002, len(who)))
    audited_at = at[audited] + dice.between(DAY, 2 * DAY, len(audited))
    scene.record.scan(who[audited], audited_at, Status.informational)
    lives.ended_at[who[audited]] = np.maximum(lives.ended_at[who[audited]], audited_at)


def _fail_first(scene: Scene, who: Ints, opened_at: Ints, day: Ints) -> FirstFailures:
    """Why the first visit fails; reasons of money are of COD parcels."""
    reason = draw_reasons(scene, len(who))
    refused, unready = reason == Reason.customer_refused, reason == Reason.payment_not_ready
    scene.lives.is_cod[who] |= unready | (refused & scene.dice.chance(0.85, len(who)))
    return FirstFailures(who, opened_at, day, reason)


def draw_reasons(scene: Scene, size: int) -> Ints:
    """Reasons drawn by their shares."""
    shares = scene.rates.reason_shares
    words = np.array([int(Reason[name]) for name in shares], dtype=np.int64)
    drawn: Ints = words[scene.dice.pick(list(shares.values()), size)]
    return drawn
