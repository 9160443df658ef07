"""The words of the world as small numbers, so that a story is arithmetic on arrays.

Statuses, reasons, sources, actions and outcomes are spelt as in the feeds and the published tables; the
number of a word is its place in its class and never leaves this package.
"""

from __future__ import annotations

from enum import IntEnum

NONE = -1
"""A word that is absent (no reason, no window, never answered)."""


class Status(IntEnum):
    """Canonical statuses, in the order in which facts of one instant are read."""

    order_created = 0
    pickup_pending = 1
    out_for_pickup = 2
    pickup_failed = 3
    picked_up = 4
    in_transit = 5
    at_destination = 6
    out_for_delivery = 7
    failed_delivery = 8
    delivered = 9
    partially_delivered = 10
    held = 11
    delayed = 12
    reattempt_scheduled = 13
    rto_requested = 14
    rto_initiated = 15
    rto_in_transit = 16
    rto_out_for_delivery = 17
    rto_failed = 18
    rto_delivered = 19
    rto_cancelled = 20
    lost = 21
    damaged = 22
    disposed = 23
    cancellation_requested = 24
    cancelled = 25
    informational = 26
    reverse = 27
    unmapped = 28


class Reason(IntEnum):
    """Buckets of the reasons for which a delivery fails."""

    customer_unavailable = 0
    address_issue = 1
    customer_refused = 2
    phone_unreachable = 3
    invalid_number = 4
    future_delivery_requested = 5
    premises_closed = 6
    payment_not_ready = 7
    external_factor = 8
    out_of_delivery_area = 9
    self_collect = 10
    not_attempted = 11
    other = 12


class Source(IntEnum):
    """Who gave an instruction."""

    customer = 0
    operations = 1
    rule = 2
    default = 3


class Action(IntEnum):
    """What an instruction asks for."""

    reattempt = 0
    rto = 1
    mark_delivered = 2
    hold = 3
    update_details = 4
    fake_attempt = 5


class Submission(IntEnum):
    """Whether the courier took an instruction."""

    pending = 0
    submitted = 1
    failed = 2
    unknown = 3


class Outcome(IntEnum):
    """How a shipment ends."""

    open = 0
    delivered = 1
    partially_delivered = 2
    rto = 3
    lost = 4
    damaged = 5
    disposed = 6
    cancelled = 7


class Verdict(IntEnum):
    """What became of an instruction. `live` stands until something decides it: pending, or overdue by date."""

    not_applicable = 0
    live = 1
    honoured = 2
    not_honoured = 3
    sla_breached = 4
    superseded = 5


class Why(IntEnum):
    """The outcome's reason of an instruction; `unworded` where the contract names none."""

    unworded = 0
    delivered = 1
    delivered_early = 2
    delivered_late = 3
    attempted_early = 4
    attempted_late = 5
    not_attempted = 6
    external_factor = 7
    outside_window = 8
    customer_unavailable = 9
    attempted = 10
    return_requested = 11
    attempts_exhausted = 12
    unverified_attempt = 13
    direct_rto = 14
    shipment_lost = 15
    shipment_damaged = 16
    shipment_disposed = 17
    shipment_cancelled = 18
    newer_instruction = 19
    newer_cycle = 20
    outranked = 21
    already_rto = 22
    already_delivered = 23
    returned = 24
    delivered_instead = 25


COURIERS_FAULT = frozenset(
    {
        Why.attempted_early,
        Why.attempted_late,
        Why.not_attempted,
        Why.outside_window,
        Why.direct_rto,
        Why.unverified_attempt,
    }
)
"""Reasons for which the courier answers (so does overdue, which is found when the world is looked at)."""


class Place(IntEnum):
    """Where a scan is made."""

    origin = 0
    hub = 1
    destination = 2
    doorstep = 3


class Leg(IntEnum):
    """The leg a scan says it is on; most couriers say none."""

    forward = 0
    back = 1


def names(words: type[IntEnum]) -> list[str]:
    """The spellings of a class of words, by number. `Leg.back` is published as `return`."""
    return ["return" if word is Leg.back else word.name for word in words]
