"""What couriers do with a parcel: take it out, fail, deliver, bring it back; the scans and the account of each.

Every function takes the parcels it is about as an array (`who`: places in `Lives`) and writes their scans and
what the scenario knows of them. Days are IST day numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.clock import DAY, HOUR, MINUTE, NEVER, Bools, Dice, Ints, instant
from simulator.record import Record, back_leg
from simulator.shipments import Lives
from simulator.words import NONE, Leg, Outcome, Place, Reason, Status


def go_out(lives: Lives, who: Ints, day: Ints, record: Record, dice: Dice, *, silently: Any = False) -> Ints:
    """Out for delivery in the morning; returns the instants, NEVER where the courier does not say so."""
    at = instant(day, dice.outing(len(who)))
    says = ~(lives.is_without_ofd[who] | silently)
    record.scan(
        who[says], at[says], Status.out_for_delivery, place=Place.destination, leg=_onward(lives, who[says])
    )
    return np.where(says, at, NEVER)


def go_out_in_vain(lives: Lives, who: Ints, day: Ints, ended_at: Ints, record: Record, dice: Dice) -> None:
    """An outing without a result, ended by the scan at `ended_at`; nothing for couriers that never say `out`."""
    says = ~lives.is_without_ofd[who]
    opened = go_out(lives, who[says], day[says], record, dice)
    record.attempts.add(int(says.sum()), life=who[says], opened_at=opened, unverified_at=ended_at[says])


def fail(lives: Lives, who: Ints, at: Ints, opened_at: Ints, reason: Ints, number: Ints, record: Record,
         is_dated: Any = False, settled_at: Any = NEVER, again_at: Any = NEVER, again_reason: Any = NONE) -> None:  # fmt: skip
    """A failed visit; `number` is the courier's own count (0: it gives none)."""
    record.scan(who, at, Status.failed_delivery, reason=reason, number=number, place=Place.doorstep, is_dated=is_dated,
                leg=_onward(lives, who))  # fmt: skip
    says = opened_at < NEVER
    record.attempts.add(len(who), life=who, opened_at=np.where(says, opened_at, at), failed_at=at, reason=reason,
                        is_without_ofd=~says, is_dated=is_dated, settled_at=settled_at, again_at=again_at,
                        again_reason=again_reason)  # fmt: skip
    again = np.broadcast_to(again_at, at.shape) < NEVER
    record.scan(who[again], np.broadcast_to(again_at, at.shape)[again], Status.failed_delivery, place=Place.doorstep,
                reason=np.broadcast_to(again_reason, at.shape)[again], number=number[again],
                leg=_onward(lives, who[again]))  # fmt: skip


def deliver(lives: Lives, who: Ints, at: Ints, opened_at: Ints, number: Ints, outcome: Ints, rates: Any,
            record: Record, dice: Dice, *, rto_reversed: Any = False, final: Any = True) -> None:  # fmt: skip
    """Hand the parcel (or a part of it) over; a few come back after all, where `final` allows it."""
    scan_delivered(lives, who, at, number, outcome, record, is_rto_reversed=rto_reversed)
    says = opened_at < NEVER
    record.attempts.add(
        len(who), life=who, opened_at=np.where(says, opened_at, at), settled_at=at, is_without_ofd=~says
    )
    undone = np.flatnonzero(
        dice.chance(rates.delivery_reversed, len(who)) & (outcome == Outcome.delivered) & final
    )
    back_at = at[undone] + dice.between(3 * DAY, 6 * DAY, len(undone))
    record.scan(
        who[undone],
        back_at,
        Status.rto_delivered,
        place=Place.origin,
        leg=back_leg(lives.says_leg[who[undone]]),
    )
    record.end(who[undone], back_at, Outcome.rto, reversed_=True)
    lives.ended_at[who[undone]] = back_at


def scan_delivered(lives: Lives, who: Ints, at: Ints, number: Ints, outcome: Ints, record: Record, *,
                   is_rto_reversed: Any = False) -> None:  # fmt: skip
    """The scan of a hand-over at the consignee's door, and the outcome it makes."""
    status = np.where(outcome == Outcome.delivered, Status.delivered, Status.partially_delivered)
    record.scan(who, at, status, number=number, place=Place.doorstep, leg=_onward(lives, who), is_final=True)
    record.end(who, at, outcome, rto_reversed=is_rto_reversed)
    lives.ended_at[who] = at


def go_back(
    lives: Lives, who: Ints, at: Ints, record: Record, dice: Dice, *, only_begin: bool = False
) -> None:
    """The return starts at `at`; unless it is only begun, the parcel reaches its origin some days later."""
    n, leg = len(who), back_leg(lives.says_leg[who])
    requested = np.flatnonzero(dice.chance(0.1, n))
    record.scan(who[requested], at[requested] - dice.between(5 * MINUTE, 50 * MINUTE, len(requested)), Status.rto_requested,
                place=Place.destination)  # fmt: skip
    at_once = dice.chance(0.15, n)  # some couriers have no scan for the decision, only for the way
    record.scan(who, at, np.where(at_once, Status.rto_in_transit, Status.rto_initiated), leg=leg, place=Place.destination,
                is_final=True)  # fmt: skip
    record.end(who, at, Outcome.rto)
    if only_begin:
        return
    moved = at + dice.between(6 * HOUR, 30 * HOUR, n)
    near = moved + dice.between(1 * DAY, 3 * DAY, n)
    home = near + dice.between(20 * HOUR, 40 * HOUR, n)
    record.scan(who, moved, Status.rto_in_transit, leg=leg)
    record.scan(who, near, Status.rto_out_for_delivery, leg=leg, place=Place.origin)
    refused = np.flatnonzero(dice.chance(0.05, n))
    record.scan(who[refused], near[refused] + dice.between(2 * HOUR, 6 * HOUR, len(refused)), Status.rto_failed,
                leg=leg[refused], place=Place.origin)  # fmt: skip
    record.scan(who, home, Status.rto_delivered, leg=leg, place=Place.origin)
    lives.ended_at[who] = home


def end_otherwise(lives: Lives, who: Ints, at: Ints, outcome: Ints, record: Record) -> None:
    """Lost, damaged, disposed of or cancelled: one scan of that name."""
    record.scan(who, at, np.array([Status[word.name] if word.name in Status.__members__ else NONE for word in Outcome])[outcome],
                is_final=True)  # fmt: skip
    record.end(who, at, outcome)
    lives.ended_at[who] = at


def _onward(lives: Lives, who: Ints) -> Ints:
    """The leg a forward scan says."""
    return np.where(lives.says_leg[who], Leg.forward, NONE)


def repeats(lives: Lives, who: Ints, failed_at: Ints, reason: Ints, rates: Any, dice: Dice, may: Bools,
            may_mend: Bools) -> tuple[Ints, Ints]:  # fmt: skip
    """When and with what reason a failure is told once more (NEVER where it is not).

    Within hours and so a sighting of the same visit; a `not_attempted` is mended by a real reason, and only where
    `may_mend` allows it, as the reason of the visit then changes.
    """
    n = len(who)
    is_admitted = reason == Reason.not_attempted
    told = may & np.where(
        is_admitted, dice.chance(rates.reason_mended, n) & may_mend, dice.chance(rates.restated, n)
    )
    told &= reason != Reason.external_factor
    another = np.where(dice.chance(0.6, n) | is_admitted, dice.pick([1.0] * len(PLAIN_REASONS), n), -1)
    again = np.where(another >= 0, np.array(PLAIN_REASONS)[another], reason)
    return np.where(told, failed_at + dice.between(20 * MINUTE, 4 * HOUR, n), NEVER), np.where(
        told, again, NONE
    )


PLAIN_REASONS = [
    Reason.customer_unavailable,
    Reason.address_issue,
    Reason.premises_closed,
    Reason.phone_unreachable,
]
"""Reasons that a second telling gives: all of them of a real visit."""
