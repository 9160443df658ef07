"""The visits of one life: dispatches, failures with their sightings, and hand-overs.

Owns: SEMANTICS "Attempt". Refuses: legs and outcomes; who calls it has found the scan to be on the forward leg.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.oracle.facts import Scan, ist_date

SIGHTED_WITHIN = timedelta(hours=12)


@dataclass
class Attempt:
    """A claimed visit; `failed_at` stays when a delivery heals the failure."""

    opened_at: datetime
    is_without_ofd: bool
    is_dated: bool = False
    closed_at: datetime | None = None
    result: str = "open"
    reason: str | None = None
    restated: str | None = None
    told: list[str] = field(default_factory=list)
    failed_at: datetime | None = None
    number: int | None = None

    @property
    def sightings(self) -> int:
        """Distinct scans of the failure; a delivery without one is seen once, a dispatch alone never."""
        return len(self.told) or int(self.result == "delivered")

    @property
    def is_counted(self) -> bool:
        """Failed or delivered; neither unverified, open nor not_attempted."""
        return self.result == "delivered" or (self.result == "failed" and self.reason != "not_attempted")


@dataclass
class Visits:
    """The attempts so far, the one that is out, and the last failure."""

    attempts: list[Attempt] = field(default_factory=list)
    first_ofd_at: datetime | None = None
    _out: Attempt | None = None
    _failure: Attempt | None = None
    _is_dispatched_since: bool = False

    def send_out(self, scan: Scan) -> None:
        """An out_for_delivery: a new attempt, save a second one of the same IST date."""
        self.first_ofd_at = self.first_ofd_at or scan.at
        self._is_dispatched_since = True
        if self._out is not None:
            if ist_date(scan.at) <= ist_date(self._out.opened_at):
                return
            self.give_up(scan)
        self._out = self._open(scan, is_without_ofd=False)

    def give_up(self, scan: Scan) -> None:
        """ "An out_for_delivery without a result … is unverified, ended by that scan"."""
        if self._out is not None:
            self._out.result, self._out.closed_at = "unverified", scan.at
            self._out = None

    def fail(self, scan: Scan) -> None:
        """A failed_delivery: a sighting of the last failure, else the result of an attempt."""
        if self._is_sighting(scan):
            self._sight(scan)
            return
        attempt = self._out or self._open(scan, is_without_ofd=True)
        attempt.result, attempt.closed_at, attempt.failed_at = "failed", scan.at, scan.at
        attempt.reason = scan.reason or "unmapped"
        attempt.is_dated = scan.is_dated
        attempt.number, attempt.told = scan.attempt_number, [attempt.reason]
        self._out, self._failure, self._is_dispatched_since = None, attempt, False

    def hand_over(self, scan: Scan) -> None:
        """A delivery, whole or in part: it closes or heals an attempt, or is one."""
        if self._out is not None:
            attempt, self._out = self._out, None
        elif self._failure is not None and not self._is_dispatched_since and self._is_soon(scan):
            attempt = self._failure
        else:
            attempt = self._open(scan, is_without_ofd=True)
        attempt.result, attempt.closed_at = "delivered", scan.at

    def _open(self, scan: Scan, is_without_ofd: bool) -> Attempt:
        self.attempts.append(Attempt(scan.at, is_without_ofd))
        return self.attempts[-1]

    def _is_sighting(self, scan: Scan) -> bool:
        """ "If both have an attempt number and it is not higher, or … within 12 hours of the first"."""
        first = self._failure
        if first is None or self._is_dispatched_since:
            return False
        if first.number is not None and scan.attempt_number is not None:
            return scan.attempt_number <= first.number
        return self._is_soon(scan)

    def _is_soon(self, scan: Scan) -> bool:
        """Within 12 hours of the last failure, by its first sighting."""
        failed_at = None if self._failure is None else self._failure.failed_at
        return failed_at is not None and scan.at - failed_at <= SIGHTED_WITHIN

    def _sight(self, scan: Scan) -> None:
        """ "A real reason replaces not_attempted; a differing later reason is restated_reason"."""
        attempt = self._failure
        assert attempt is not None
        attempt.told.append(scan.reason or "unmapped")
        real = [reason for reason in attempt.told if reason not in {"not_attempted", "unmapped"}]
        if attempt.told[0] == "not_attempted" and real:
            attempt.reason = real[0]
        later = [reason for reason in attempt.told[1:] if reason not in {attempt.reason, "unmapped"}]
        attempt.restated = later[-1] if later else None
