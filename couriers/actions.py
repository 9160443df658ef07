"""How a courier is told what to do, as a description: who tells it, when and how often is action_sync's.

Owns: the shape of an order, of a call and of its answer (`couriers.answers` reads them). Refuses: I/O, and deciding; a
courier's folder maps orders to requests and answers to verdicts and nothing else. What its folder does not know in an
answer is `unknown`, never a guess: an order that may have been taken is read back before it is given again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from couriers.tracking import CAREFUL, Login, Request
from settings import CourierSettings

#: Why a courier refused, in the words of the published tables.
REASONS: tuple[str, ...] = (
    "already_delivered",
    "already_rto",
    "ineligible_status",
    "attempts_exhausted",
    "invalid_request",
    "unauthorised",
    "expired",
    "unsupported",
)

#: Seconds for an answer where a courier does not say how long it may take.
ANSWER_SECONDS = 30.0

#: As `couriers.tracking.WAITS`, without 503: that may be a gateway's word on an order that went through.
QUIET: Mapping[int, int] = MappingProxyType({429: 60})

#: Statuses that refuse a call without a word on its orders.
NOT_ABOUT_ORDERS = (401, 403, 404, 405, 429)


class Verdict(StrEnum):
    """What an answer says of one order. accepted: it will be done; rejected: definitively not applied; processing:
    taken, and what came of it is read back by its reference; later: definitively not applied, and may be asked again
    (with the reason invalid_request: in a smaller call, as one of several orders was refused with the others); absent:
    reading back shows that it never arrived; unknown: nothing can be said."""

    accepted = "accepted"
    rejected = "rejected"
    processing = "processing"
    later = "later"
    absent = "absent"
    unknown = "unknown"


@dataclass(frozen=True)
class Answer:
    """What a courier says of one order. `reason`: one of REASONS, always where it is rejected; `reference`: the
    courier's own id of it; `said`: the courier's words, which may name people and are never logged."""

    verdict: Verdict
    reason: str | None = None
    reference: str | None = None
    said: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Order:
    """What one parcel's courier is asked. `action`: one of `couriers.capabilities.ACTIONS`, or hold; dates are IST,
    times HH:MM in IST. What the courier cannot carry in a field of its own is None here, and in words among `remarks`
    where it takes words. `carrier`: the aggregator's own id of the carrier; `proof`: addresses (blanks between) of what
    shows that an attempt was none; `name`: who receives the parcel, where a courier wants that beside an address."""

    action_id: str
    awb: str = field(repr=False)
    action: str
    requested_on: date | None = None
    window_start: str | None = None
    window_end: str | None = None
    phone: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    landmark: str | None = field(default=None, repr=False)
    pincode: str | None = field(default=None, repr=False)
    remarks: str = field(default="", repr=False)
    carrier: str | None = None
    proof: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)

    @property
    def day(self) -> str | None:
        """The requested date as YYYY-MM-DD."""
        return self.requested_on.isoformat() if self.requested_on else None

    @property
    def place(self) -> str | None:
        """The address and its landmark in one, for a courier without a field for the landmark."""
        return ", ".join(filter(None, (self.address, self.landmark))) if self.address else None


@dataclass(frozen=True)
class ReadBack:
    """How is asked what became of an order that was taken, or that may have been. `needs_reference`: it is asked by the
    reference of the first answer, so an order without one cannot be read back. `read` gets the instant at which the
    order was sent: what the courier was told before is another's. An answer that could not be had says nothing of the
    order: unknown."""

    ask: Callable[[Order, str | None, CourierSettings, str], Request]
    read: Callable[[Order, datetime, int, bytes], Answer]
    needs_reference: bool = False


@dataclass(frozen=True)
class Call:
    """One kind of call. `ask` puts up to `most` orders into a request, never two of one parcel; `read` gives an answer
    for each of them, in their order, from the status and the body, whatever they are. `read_back`: how is found out
    what became of it; None: only a scan can show it."""

    ask: Callable[[Sequence[Order], CourierSettings, str], Request]
    read: Callable[[Sequence[Order], int, bytes], Sequence[Answer]]
    most: int = 1
    read_back: ReadBack | None = None


@dataclass(frozen=True)
class Actions:
    """A courier's interface for orders.

    `plan` names the calls that an order takes, one after the other; none: this courier cannot be asked that.
    `address` is its own, NDR_<COURIER>_BASE_URL wins over it. `needs`: the fields of CourierSettings without which it
    cannot be asked. At most `calls` in `seconds`. `waits`: status by which a server asks for silence before it did
    anything -> seconds. `evidence` is one of EVIDENCE, for the shape of its calls.
    """

    address: str
    plan: Callable[[Order], Sequence[str]]
    by_name: Mapping[str, Call]
    evidence: str
    needs: tuple[str, ...] = ("token",)
    calls: int = CAREFUL[0]
    seconds: int = CAREFUL[1]
    waits: Mapping[int, int] = field(default_factory=lambda: QUIET)
    login: Login | None = None
    answer_seconds: float = ANSWER_SECONDS

    def missing(self, own: CourierSettings) -> Sequence[str]:
        """The needed settings that are not set, as fields of CourierSettings."""
        return [name for name in self.needs if not getattr(own, name)]

    def root(self, own: CourierSettings) -> str:
        """The address in force, without a slash at its end."""
        return (own.base_url or self.address).rstrip("/")


def document(body: bytes) -> Any:
    """The JSON of a body; None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def by_status(status: int) -> Answer | None:
    """What the status alone says of every order of a call; None where the body has to say it.

    401 and 403 are about us, 404 and 405 about an address that was set; 408 and 5xx may have come after the deed.
    """
    if 200 <= status < 300:
        return None
    if status in NOT_ABOUT_ORDERS:
        return Answer(Verdict.later, "unauthorised" if status in (401, 403) else None)
    if 400 <= status < 500 and status != 408:
        return Answer(Verdict.rejected, "invalid_request")
    return Answer(Verdict.unknown)
