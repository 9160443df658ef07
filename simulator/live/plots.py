"""What becomes of a live parcel that was told something: mostly what it was told, by a chance of its own.

An update of details alone changes nothing: nobody knows what would have come of it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from settings import IST
from simulator.couriers.speaking import Scan
from simulator.desks.effects import Effect
from simulator.desks.parcel import Parcel
from simulator.desks.saying import phrase
from simulator.rates import Rates

_LAST_LOADING = time(8)
"""IST: until then a parcel goes out on the same day."""

Step = tuple[str, datetime]
"""A canonical status and its instant."""


def plot(effect: Effect, story: Sequence[Scan], seed: int, rates: Rates | None = None) -> list[Scan] | None:
    """The scans of a parcel from `effect` on, the oldest first, in place of all that were to come; None: they stay.

    The same effect on the same story has the same plot. The scans have the columns of the feed, `voice` and `is_lost`.
    """
    rates = rates or Rates()
    chance = random.Random(f"{seed} {effect.courier} {effect.awb} {effect.action} {effect.on} {len(story)}")
    if effect.action == "update_details":
        return None
    head = [(effect.becomes, effect.at)] if effect.becomes else []
    steps = _return(chance, effect.at) if effect.action == "rto" else _attempt(chance, effect, rates)
    return _told(effect, story, [*head, *steps], chance, rates)


def _attempt(chance: random.Random, effect: Effect, rates: Rates) -> list[Step]:
    """On the day that was named or the next dispatch: delivered mostly; failed, a day late, or against the word."""
    day = max(effect.on or date.min, _next_dispatch(effect.at))
    drawn = chance.random()
    for share, story in (
        (rates.orders_kept, _delivered),
        (rates.orders_missed, _missed),
        (rates.orders_late, _late),
    ):
        drawn -= share
        if drawn < 0:
            return story(chance, day)
    return _return(chance, _at(day, chance, 18.5, 20.5))


def _delivered(chance: random.Random, day: date) -> list[Step]:
    return [
        ("out_for_delivery", _at(day, chance, 8.5, 10.75)),
        ("delivered", _at(day, chance, 11.5, 18.5)),
    ]


def _missed(chance: random.Random, day: date) -> list[Step]:
    out, (_, failed_at) = _delivered(chance, day)
    return [out, ("failed_delivery", failed_at), *_return(chance, failed_at + timedelta(hours=70))]


def _late(chance: random.Random, day: date) -> list[Step]:
    return _delivered(chance, day + timedelta(days=1))


def _return(chance: random.Random, after: datetime) -> list[Step]:
    started = after + timedelta(minutes=chance.randint(60, 300))
    moved = started + timedelta(hours=chance.randint(12, 30))
    return [
        ("rto_initiated", started),
        ("rto_in_transit", moved),
        ("rto_delivered", moved + timedelta(hours=chance.randint(48, 96))),
    ]


def _next_dispatch(at: datetime) -> date:
    here = at.astimezone(IST)
    return here.date() + timedelta(days=here.time() >= _LAST_LOADING)


def _at(day: date, chance: random.Random, first: float, last: float) -> datetime:
    """An instant of a day in India between two hours."""
    return datetime.combine(day, time(), IST) + timedelta(
        seconds=chance.randint(int(first * 3600), int(last * 3600))
    )


def _told(
    effect: Effect, story: Sequence[Scan], steps: Sequence[Step], chance: random.Random, rates: Rates
) -> list[Scan]:
    before = Parcel(effect.courier, effect.awb, story)
    counts = any(scan["attempt_number"] for scan in story)
    says_leg = any(scan["leg"] for scan in story)
    make = _maker(effect.courier, before.head)
    return [
        make(
            status,
            at,
            attempt_number=before.attempts + 1
            if counts and status in ("failed_delivery", "delivered")
            else None,
            leg=("return" if status.startswith("rto") else "forward") if says_leg else None,
            received_at=at + timedelta(seconds=chance.randint(3, 90)),
            is_lost=chance.random() < rates.lost_pushes,
        )
        for status, at in steps
    ]


def _maker(voice: str, head: Scan) -> Callable[..., Scan]:
    def make(status: str, at: datetime, **more: Any) -> Scan:
        reason = "customer_unavailable" if status == "failed_delivery" else None
        seconds = at.replace(microsecond=0)
        return {**head, **phrase(voice, status, reason), "scanned_at": seconds, "remark": None, **more}

    return make
