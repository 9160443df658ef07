"""Whom to ask about which parcels first, and in which calls: pure, from what is published and what was asked.

Priority: open cases, then parcels out for delivery, then the others; within each the oldest news first, where having
been asked is news too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from operator import itemgetter

from couriers import registry
from couriers.contract import Courier
from couriers.tracking import Question, Tracking
from ledger.polls import Key

#: Classes of parcels, the first first.
OPEN_CASE, OUT_FOR_DELIVERY, UNDER_WAY = range(3)

#: Calls that batches of a fixed make-up may need for each that full ones need; see `_settled`.
_SETTLED_COST = 1.6


@dataclass(frozen=True)
class Parcel:
    """A parcel that is under way: `urgency` is one of the classes, `news_at` when we last heard of it, at least by
    asking; aware."""

    courier: str
    awb: str
    via: str | None
    urgency: int
    news_at: datetime

    @property
    def key(self) -> Key:
        """As the ledger names it."""
        return self.courier, self.awb


@dataclass(frozen=True)
class Batch:
    """The parcels of one call, of one class."""

    parcels: tuple[Parcel, ...]
    carrier: str | None

    @property
    def question(self) -> Question:
        """What the courier's folder makes a request of."""
        return Question(tuple(parcel.awb for parcel in self.parcels), self.carrier)

    @property
    def digest(self) -> str:
        """The same for the same parcels, in any order."""
        words = [self.carrier or "", *sorted("\x1f".join(parcel.key) for parcel in self.parcels)]
        return sha256("\x1e".join(words).encode()).hexdigest()

    def halves(self) -> tuple[Batch, Batch]:
        """Two calls in the place of one that is refused."""
        middle = len(self.parcels) // 2
        return Batch(self.parcels[:middle], self.carrier), Batch(self.parcels[middle:], self.carrier)


def asked_of(parcel: Parcel, ready: Collection[str]) -> str | None:
    """Whose API is asked about a parcel: the aggregator's through whom it was booked, else the courier's own; None
    where neither is ready, or the aggregator wants a carrier's id that is not known."""
    for slug in (parcel.via, parcel.courier):
        if slug in ready and slug is not None:
            tracking = registry()[slug].tracking
            if tracking and (not tracking.is_by_carrier or carrier_id(parcel, slug)):
                return slug
    return None


def carrier_id(parcel: Parcel, aggregator: str) -> str | None:
    """The aggregator's id of the parcel's carrier."""
    carrier: Courier | None = registry().get(parcel.courier)
    ids = carrier.aggregator_ids.get(aggregator, ()) if carrier else ()
    return ids[0] if ids else None


def in_order(parcels: Sequence[Parcel], asked: Mapping[Key, datetime]) -> list[Parcel]:
    """The parcels by priority."""

    def place(parcel: Parcel) -> tuple[int, datetime, str, str]:
        last = asked.get(parcel.key, parcel.news_at)
        return parcel.urgency, max(parcel.news_at, last), parcel.courier, parcel.awb

    return sorted(parcels, key=place)


def batches(parcels: Sequence[Parcel], slug: str, tracking: Tracking, most_calls: int) -> list[Batch]:
    """The calls of one round, in their order; `parcels` are in theirs. Where `most_calls` are not enough for all, calls
    are full and strictly by priority; else they are settled, so that an answer can be the same as the last."""
    most = tracking.most_awbs
    classes = [list(own) for _, own in groupby(parcels, key=lambda parcel: parcel.urgency)]
    is_tight = len(parcels) > most_calls * most / _SETTLED_COST
    found: list[Batch] = []
    for own in classes:
        of_carrier: dict[str | None, list[Parcel]] = {}
        for parcel in own:
            carrier = carrier_id(parcel, slug) if tracking.is_by_carrier else None
            of_carrier.setdefault(carrier, []).append(parcel)
        places = {parcel.key: place for place, parcel in enumerate(own)}
        cut = _full if is_tight else _settled
        made = [Batch(part, carrier) for carrier, some in of_carrier.items() for part in cut(some, most)]
        found += sorted(made, key=lambda batch: min(places[parcel.key] for parcel in batch.parcels))
    return found


def _full(parcels: Sequence[Parcel], most: int) -> Iterator[tuple[Parcel, ...]]:
    for start in range(0, len(parcels), most):
        yield tuple(parcels[start : start + most])


def _settled(parcels: Sequence[Parcel], most: int) -> Iterator[tuple[Parcel, ...]]:
    """Parts whose ends hang on the AWBs themselves: a parcel that comes or goes changes its own part and few others,
    and all other questions are those of the round before."""
    part: list[Parcel] = []
    for number, parcel in sorted(zip(map(_number, parcels), parcels, strict=True), key=itemgetter(0)):
        part.append(parcel)
        if len(part) == most or number % most == 0:
            yield tuple(part)
            part = []
    if part:
        yield tuple(part)


def _number(parcel: Parcel) -> int:
    return int.from_bytes(sha256("\x1f".join(parcel.key).encode()).digest()[:8])
