"""From the manifest to the first visit: the scans every parcel has, and the stories that never fail.

`travel` writes them and says which parcels fail at their first visit; `cases` goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import visits
from simulator.clock import DAY, HOUR, MINUTE, Dice, Ints, day_of, instant
from simulator.rates import Rates
from simulator.record import Record
from simulator.shipments import Lives
from simulator.words import Outcome, Place, Reason, Status


@dataclass
class FirstFailures:
    """The parcels whose first visit fails: `life`, the instant out (NEVER: not said) and the day of the visit."""

    life: Ints
    opened_at: Ints
    day: Ints
    reason: Ints


def travel(lives: Lives, rates: Rates, record: Record, dice: Dice) -> FirstFailures:
    """Write every parcel's journey up to its first visit, and the whole story of those that do not fail there."""
    n = len(lives)
    going, day = _hand_over(lives, rates, record, dice)
    fates = dice.pick([1 - rates.lost_in_transit - rates.returned_unattempted, rates.lost_in_transit,
                       rates.returned_unattempted], n)[going]  # fmt: skip
    lost, back, out = going[fates == 1], going[fates == 2], going[fates == 0]
    visits.end_otherwise(
        lives, lost, instant(day[lost] + 4, dice.visit(len(lost))), np.full(len(lost), Outcome.lost), record
    )
    visits.go_back(lives, back, instant(day[back], dice.visit(len(back))), record, dice)

    opened, day = _reach_the_door(lives, out, day[out], rates, record, dice)
    failed = dice.chance(rates.ndr_share, len(out))
    _deliver_at_once(lives, out[~failed], opened[~failed], day[~failed], rates, record, dice)
    return _reasons(lives, out[failed], opened[failed], day[failed], rates, dice)


def _hand_over(lives: Lives, rates: Rates, record: Record, dice: Dice) -> tuple[Ints, Ints]:
    """From the order to the last hub: the parcels on their way, and for every parcel the day of its first visit."""
    n = len(lives)
    manifested, everyone = lives.manifested_at, np.arange(n)
    record.scan(
        everyone,
        manifested + dice.between(3 * MINUTE, 8 * MINUTE, n),
        Status.order_created,
        place=Place.origin,
    )
    called = np.flatnonzero(dice.chance(0.6, n))
    record.scan(called, manifested[called] + dice.between(15 * MINUTE, 90 * MINUTE, len(called)), Status.pickup_pending,
                place=Place.origin)  # fmt: skip
    is_cancelled = dice.chance(rates.cancelled_before_pickup, n)
    cancelled, going = np.flatnonzero(is_cancelled), np.flatnonzero(~is_cancelled)
    visits.end_otherwise(lives, cancelled, manifested[cancelled] + dice.between(2 * HOUR, 20 * HOUR, len(cancelled)),
                         np.full(len(cancelled), Outcome.cancelled), record)  # fmt: skip

    picked = manifested + dice.between(3 * HOUR, 20 * HOUR, n)
    moved = picked + dice.between(2 * HOUR, 8 * HOUR, n)
    arrived = moved + dice.between(6 * HOUR, 20 * HOUR, n)
    record.scan(going, picked[going], Status.picked_up, place=Place.origin)
    record.scan(going, moved[going], Status.in_transit, place=Place.origin)
    record.scan(going, arrived[going], Status.in_transit)
    odd = going[dice.chance(rates.unknown_codes, len(going))]
    record.scan(odd, arrived[odd] + dice.between(20 * MINUTE, 3 * HOUR, len(odd)), Status.unmapped)
    return going, day_of(arrived) + 1 + dice.pick([0.6, 0.3, 0.1], n)


def _reach_the_door(
    lives: Lives, who: Ints, day: Ints, rates: Rates, record: Record, dice: Dice
) -> tuple[Ints, Ints]:
    """At the destination, and out; a few go out once without a result and again on the next day."""
    record.scan(
        who,
        instant(day, dice.between(4 * HOUR, 7 * HOUR, len(who))),
        Status.at_destination,
        place=Place.destination,
    )
    in_vain = dice.chance(rates.unverified_first, len(who)) & ~lives.is_without_ofd[who]
    opened = visits.go_out(lives, who, day + in_vain, record, dice)
    visits.go_out_in_vain(lives, who[in_vain], day[in_vain], opened[in_vain], record, dice)
    return opened, day + in_vain


def _deliver_at_once(
    lives: Lives, who: Ints, opened: Ints, day: Ints, rates: Rates, record: Record, dice: Dice
) -> None:
    at = instant(day, dice.visit(len(who)))
    outcome = np.where(dice.chance(0.004, len(who)), Outcome.partially_delivered, Outcome.delivered)
    visits.deliver(
        lives, who, at, opened, lives.is_numbered[who].astype(np.int64), outcome, rates, record, dice
    )
    audited = np.flatnonzero(dice.chance(0.002, len(who)))
    record.scan(who[audited], at[audited] + dice.between(DAY, 2 * DAY, len(audited)), Status.informational)
    lives.ended_at[who[audited]] = np.maximum(lives.ended_at[who[audited]], at[audited] + 2 * DAY)


def _reasons(lives: Lives, who: Ints, opened: Ints, day: Ints, rates: Rates, dice: Dice) -> FirstFailures:
    """Why the first visit fails; reasons of money are of COD parcels."""
    reason = draw_reasons(rates, len(who), dice)
    refused, unready = reason == Reason.customer_refused, reason == Reason.payment_not_ready
    lives.is_cod[who] |= unready | (refused & dice.chance(0.85, len(who)))
    return FirstFailures(who, opened, day, reason)


def draw_reasons(rates: Rates, size: int, dice: Dice) -> Ints:
    """Reasons drawn by their shares."""
    words = [int(Reason[name]) for name in rates.reason_shares]
    drawn: Ints = np.array(words, dtype=np.int64)[dice.pick(list(rates.reason_shares.values()), size)]
    return drawn
