"""One parcel as a desk sees it: its story, what it was told before, and what follows from both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from settings import IST
from simulator.couriers.speaking import Scan
from simulator.desks.effects import Effect
from simulator.desks.saying import status_of

DELIVERED = frozenset({"delivered", "partially_delivered"})
RETURNING = frozenset({"rto_initiated", "rto_in_transit", "rto_out_for_delivery", "rto_failed"})
OVER = DELIVERED | {"rto_delivered", "lost", "damaged", "disposed", "cancelled"}
_DECIDES = OVER | RETURNING | {"failed_delivery", "out_for_delivery"}


@dataclass(frozen=True)
class Parcel:
    """A parcel of one desk: its scans, the oldest first (never none), and the orders that took effect on it."""

    slug: str
    awb: str
    story: Sequence[Scan]
    effects: Sequence[Effect] = ()

    @property
    def head(self) -> Scan:
        """The newest scan."""
        return self.story[-1]

    @cached_property
    def _statuses(self) -> list[str]:
        return [status_of(self.slug, scan) for scan in self.story]

    @property
    def status(self) -> str:
        """The canonical status of the head."""
        return self._statuses[-1]

    @property
    def is_delivered(self) -> bool:
        """Whether it was handed over."""
        return self.status in DELIVERED

    @property
    def is_returning(self) -> bool:
        """Whether it is on its way back, or back."""
        return self.status in RETURNING or self.status == "rto_delivered"

    @property
    def is_over(self) -> bool:
        """Whether nothing happens to it any more."""
        return self.status in OVER

    @property
    def has_failed(self) -> bool:
        """Whether a failed visit, or a hold, is the last thing that counts: what moves it about meanwhile does not."""
        for status in reversed(self._statuses):
            if status in _DECIDES:
                return status == "failed_delivery"
        return self.status == "held"

    @property
    def attempts(self) -> int:
        """Failed visits until now: by the courier's own count, or by the days on which it told of one."""
        failed = [
            scan
            for scan, status in zip(self.story, self._statuses, strict=True)
            if status == "failed_delivery"
        ]
        told = [int(scan["attempt_number"] or 0) for scan in self.story]
        return max([*told, len({scan["scanned_at"].astimezone(IST).date() for scan in failed})])

    def times(self, action: str) -> int:
        """How often an action took effect on it."""
        return sum(effect.action == action for effect in self.effects)

    def changes(self, detail: str) -> int:
        """How often a detail was changed."""
        return sum(detail in effect.changes for effect in self.effects)
