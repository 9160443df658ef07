"""The state machine over one life of a shipment, written from SEMANTICS and not from the SQL.

Owns: leg and outcome of one life. Refuses: feeds, epochs, attempts and instructions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tests.oracle.attempts import Visits
from tests.oracle.cycles import Cycle, cycles_of
from tests.oracle.facts import Scan
from tests.oracle.lives import Life, is_return_scan

HANDED_OVER = {"delivered", "partially_delivered"}
ENDS = {"lost", "damaged", "disposed", "cancelled"}


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
    delivered_at: datetime | None = None
    visits: Visits = field(default_factory=Visits)
    cycles: list[Cycle] = field(default_factory=list)
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
        if scan.status == "reverse":
            return
        if scan.status == "rto_requested":
            self.forward_scans += [scan] if self.return_began_at is None else []
            return
        if scan.status == "rto_cancelled":
            self._turn_round(scan)
            self.forward_scans.append(scan)
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
            self.visits.give_up(scan)
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
            self._reopen()
            self.visits.send_out(scan)
        elif scan.status == "failed_delivery":
            self._reopen()
            self.visits.fail(scan)
        elif scan.status in HANDED_OVER:
            self.visits.hand_over(scan)
            self._set(scan.status, scan.at)
            self.is_final = scan.status == "partially_delivered"
            self.delivered_at = scan.at if scan.status == "delivered" else None

    def _end(self, scan: Scan) -> None:
        """Lost, damaged, disposed or cancelled, on either leg."""
        if self.is_decided:
            return
        self.visits.give_up(scan)
        if self.stop[0] != scan.status:
            self.stop = (scan.status, scan.at)
        self._set(*self.stop)
        self.is_final = scan.status == "disposed"

    def _reopen(self) -> None:
        """ "A forward out_for_delivery, failed_delivery or delivered reopens lost, damaged and cancelled"."""
        self.stop = ("open", None)
        self._set(*self.stop)

    def _set(self, outcome: str, since: datetime | None) -> None:
        """ "closed_at is the first scan of the outcome that stands"."""
        self.outcome, self.closed_at = outcome, since


def state_of(life: Life) -> LifeState:
    """The life after all its scans."""
    state = LifeState(life)
    for scan in life.scans:
        state.read(scan)
    state.cycles = cycles_of(state.visits.attempts, state.outcome, state.closed_at)
    return state
