"""The state machine over one life of a shipment, written from SEMANTICS and not from the SQL.

Owns: leg, outcome, attempts, cycles and the case of one life. Refuses: feeds, epochs and instructions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.oracle.facts import Scan, ist_date
from tests.oracle.lives import Life, is_return_scan

HANDED_OVER = {"delivered", "partially_delivered"}
ENDS = {"lost", "damaged", "disposed", "cancelled"}
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


@dataclass
class Cycle:
    """From a failed attempt to the next result or the outcome."""

    opened_at: datetime
    reason: str | None
    closed_at: datetime | None = None
    result: str = "open"


@dataclass
class Return:
    """One way back, and when it was turned round."""

    began_at: datetime
    reversed_at: datetime | None = None


@dataclass
class LifeState:
    """What a life has come to after the scans read so far."""

    life: Life
    outcome: str = "open"
    closed_at: datetime | None = None
    is_final: bool = False
    is_return_reversed: bool = False
    is_delivery_reversed: bool = False
    return_began_at: datetime | None = None
    sent_back_at: datetime | None = None
    # Lost, damaged or cancelled, and since when: it stands again when a return is turned round.
    stop: tuple[str, datetime | None] = ("open", None)
    attempts: list[Attempt] = field(default_factory=list)
    dispatch: Attempt | None = None
    failure: Attempt | None = None
    is_dispatched_since: bool = False
    delivered_at: datetime | None = None
    first_ofd_at: datetime | None = None
    is_dispatched_too_late: bool = False
    # What an instruction is judged by: outcomes as they came, and the ways back.
    outcomes: list[tuple[datetime, str]] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    forward_scans: list[Scan] = field(default_factory=list)

    @property
    def is_decided(self) -> bool:
        """Delivered, or final: only rto_delivered after a delivery still changes it."""
        return self.is_final or self.outcome == "delivered"

    # --- leg -------------------------------------------------------------------------------------

    def is_on_return(self, scan: Scan) -> bool:
        """ "Leg": by status, else as stated, else by place for a delivered, else as things stand."""
        if is_return_scan(scan) or scan.leg == "forward" or scan.status == "partially_delivered":
            return is_return_scan(scan)
        if scan.status == "delivered":
            return self._is_at_origin(scan)
        return self.return_began_at is not None

    def _is_at_origin(self, scan: Scan) -> bool:
        """ "Where consignee and origin share one, only another return scan makes it a return"."""
        origin = self.life.manifest.get("origin_pincode")
        is_shared = origin == self.life.manifest.get("pincode")
        return origin in scan.pincodes and (not is_shared or self.return_began_at is not None)

    # --- reading ---------------------------------------------------------------------------------

    def read(self, scan: Scan) -> None:
        """One scan in order of facts."""
        if scan.status in {"reverse", "rto_requested"}:
            return
        self.is_dispatched_too_late |= self.is_decided and scan.status == "out_for_delivery"
        if scan.status == "rto_cancelled":
            self._turn_round(scan)
        elif self.is_on_return(scan):
            self._read_return(scan)
        else:
            self._read_forward(scan)
        if scan.status in ENDS:
            self._end(scan)
        self.outcomes.append((scan.at, self.outcome))

    def _read_return(self, scan: Scan) -> None:
        """Return-leg scans start the return; rto_delivered, or a delivery there, makes it final."""
        if self.outcome == "delivered" and not self.is_final and self.sent_back_at is None:
            self.sent_back_at = scan.at
        if self.return_began_at is None and not self.is_decided:
            self.return_began_at = scan.at
            self.returns.append(Return(scan.at))
            self._give_up_dispatch(scan)
            self._set("rto", scan.at)
        if scan.status in {"rto_delivered", "delivered", "partially_delivered"}:
            self._come_home(scan)

    def _come_home(self, scan: Scan) -> None:
        """ "After delivered only rto_delivered changes it"; final is final."""
        if self.is_final or (self.outcome == "delivered" and scan.status != "rto_delivered"):
            return
        self.is_delivery_reversed = self.outcome == "delivered"
        if self.is_delivery_reversed:
            self.returns.append(Return(self.sent_back_at or scan.at))
        self._set("rto", scan.at if self.is_delivery_reversed else self.return_began_at)
        self.is_final = True

    def _turn_round(self, scan: Scan) -> None:
        """The return is reversed: what stood before it stands again, unless something came later."""
        self.sent_back_at = None
        if self.is_decided or self.return_began_at is None:
            return
        self.return_began_at, self.is_return_reversed = None, True
        self.returns[-1].reversed_at = scan.at
        self._set(*self.stop)

    def _read_forward(self, scan: Scan) -> None:
        self.forward_scans.append(scan)
        if scan.leg == "forward" or scan.status in HANDED_OVER:
            self._turn_round(scan)
        if self.is_decided:
            return
        if scan.status == "out_for_delivery":
            self._dispatch(scan)
        elif scan.status == "failed_delivery":
            self._fail(scan)
        elif scan.status in HANDED_OVER:
            self._deliver(scan)

    def _end(self, scan: Scan) -> None:
        """Lost, damaged, disposed or cancelled, on either leg."""
        if self.is_decided:
            return
        self._give_up_dispatch(scan)
        if self.stop[0] != scan.status:
            self.stop = (scan.status, scan.at)
        self._set(*self.stop)
        self.is_final = scan.status == "disposed"

    def _set(self, outcome: str, since: datetime | None) -> None:
        """ "closed_at is the first scan of the outcome that stands"."""
        self.outcome, self.closed_at = outcome, since

    # --- attempts --------------------------------------------------------------------------------

    def _reopen(self) -> None:
        """ "A forward out_for_delivery, failed_delivery or delivered reopens lost, damaged and cancelled"."""
        self.stop = ("open", None)
        self._set(*self.stop)

    def _dispatch(self, scan: Scan) -> None:
        self._reopen()
        self.first_ofd_at = self.first_ofd_at or scan.at
        self.is_dispatched_since = True
        if self.dispatch is not None:
            if ist_date(scan.at) <= ist_date(self.dispatch.opened_at):
                return
            self._give_up_dispatch(scan)
        self.dispatch = self._open_attempt(scan, is_without_ofd=False)

    def _open_attempt(self, scan: Scan, is_without_ofd: bool) -> Attempt:
        self.attempts.append(Attempt(scan.at, is_without_ofd))
        return self.attempts[-1]

    def _give_up_dispatch(self, scan: Scan) -> None:
        """ "An out_for_delivery without a result … is unverified, ended by that scan"."""
        if self.dispatch is not None:
            self.dispatch.result, self.dispatch.closed_at = "unverified", scan.at
            self.dispatch = None

    def _fail(self, scan: Scan) -> None:
        self._reopen()
        if self._is_sighting(scan):
            self._sight(scan)
            return
        attempt = self.dispatch or self._open_attempt(scan, is_without_ofd=True)
        attempt.result, attempt.closed_at, attempt.failed_at = "failed", scan.at, scan.at
        attempt.reason = scan.reason or "unmapped"
        attempt.is_dated = scan.is_dated
        attempt.number, attempt.told = scan.attempt_number, [attempt.reason]
        self.dispatch, self.failure, self.is_dispatched_since = None, attempt, False

    def _is_sighting(self, scan: Scan) -> bool:
        """ "If both have an attempt number and it is not higher, or … within 12 hours of the first"."""
        first = self.failure
        if first is None or self.is_dispatched_since or first.failed_at is None:
            return False
        if first.number is not None and scan.attempt_number is not None:
            return scan.attempt_number <= first.number
        return scan.at - first.failed_at <= SIGHTED_WITHIN

    def _sight(self, scan: Scan) -> None:
        """ "A real reason replaces not_attempted; a differing later reason is restated_reason"."""
        attempt = self.failure
        assert attempt is not None
        attempt.told.append(scan.reason or "unmapped")
        real = [reason for reason in attempt.told if reason not in {"not_attempted", "unmapped"}]
        if attempt.told[0] == "not_attempted" and real:
            attempt.reason = real[0]
        later = [reason for reason in attempt.told[1:] if reason not in {attempt.reason, "unmapped"}]
        attempt.restated = later[-1] if later else None

    def _deliver(self, scan: Scan) -> None:
        """A hand-over, whole or in part: it closes or heals an attempt, or is one."""
        failure = self.failure
        if self.dispatch is not None:
            attempt, self.dispatch = self.dispatch, None
        elif failure is not None and not self.is_dispatched_since and self._heals(scan, failure):
            attempt = failure
        else:
            attempt = self._open_attempt(scan, is_without_ofd=True)
        attempt.result, attempt.closed_at = "delivered", scan.at
        self._set(scan.status, scan.at)
        self.is_final = scan.status == "partially_delivered"
        self.delivered_at = scan.at if scan.status == "delivered" else None

    @staticmethod
    def _heals(scan: Scan, failure: Attempt) -> bool:
        return failure.failed_at is not None and scan.at - failure.failed_at <= SIGHTED_WITHIN

    # --- the case --------------------------------------------------------------------------------

    def cycles(self) -> list[Cycle]:
        """ "Cycle k opens at the k-th failed attempt and closes at the next attempt's result or the outcome"."""
        found: list[Cycle] = []
        for attempt in self.attempts:
            if attempt.result == "delivered" and found and attempt.failed_at is None:
                found[-1].closed_at, found[-1].result = attempt.closed_at, "delivered"
            if attempt.failed_at is None:
                continue
            if found:
                found[-1].closed_at, found[-1].result = attempt.failed_at, "failed_again"
            found.append(Cycle(attempt.failed_at, attempt.reason))
            if attempt.result == "delivered":
                found[-1].closed_at, found[-1].result = attempt.closed_at, "delivered"
        if found and found[-1].closed_at is None and self.outcome != "open":
            delivered = {"partially_delivered": "delivered"}
            found[-1].closed_at, found[-1].result = (
                self.closed_at,
                delivered.get(self.outcome, self.outcome),
            )
        return found

    def counted_attempts(self) -> int:
        """Failed and delivered ones; neither unverified, open nor not_attempted."""
        return sum(
            a.result == "delivered" or (a.result == "failed" and a.reason != "not_attempted")
            for a in self.attempts
        )


def state_of(life: Life) -> LifeState:
    """The life after all its scans."""
    state = LifeState(life)
    for scan in life.scans:
        state.read(scan)
    return state
