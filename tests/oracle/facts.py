"""Feed rows of one AWB as facts: parsed, known by as_of, merged and in their total order.

Owns: SEMANTICS "Time" and "Duplicates" for scans. Refuses: what a fact means for the shipment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

Row = dict[str, Any]
IST = timezone(timedelta(hours=5, minutes=30))


def _words(text: str) -> list[str]:
    return text.split()


LAST_INSTANT = time(23, 59, 59, 999999)
# "Canonical statuses, in rank order".
STATUSES = _words(
    "order_created pickup_pending out_for_pickup pickup_failed picked_up in_transit at_destination "
    "out_for_delivery failed_delivery delivered partially_delivered held delayed reattempt_scheduled "
    "rto_requested rto_initiated rto_in_transit rto_out_for_delivery rto_failed rto_delivered rto_cancelled "
    "lost damaged disposed cancellation_requested cancelled informational reverse unmapped"
)
RANKS = {status: rank for rank, status in enumerate(STATUSES)}
MANY = 10**9  # a scan without an attempt number stands after those with one
REASONS = set(
    _words(
        "customer_unavailable address_issue customer_refused phone_unreachable invalid_number "
        "future_delivery_requested premises_closed payment_not_ready external_factor out_of_delivery_area "
        "self_collect not_attempted other"
    )
)


@dataclass(frozen=True)
class Scan:
    """One scan of the courier `generic`; `reason` is None where the row names none."""

    at: datetime
    is_dated: bool
    status: str
    reason: str | None
    leg: str | None
    attempt_number: int | None
    pincodes: frozenset[str]
    received_at: datetime | None
    location: str
    remark: str

    @property
    def order(self) -> tuple[Any, ...]:
        """ "Order of facts": scanned_at, rank, attempt_number, received_at, native_code, location, remark.

        The page does not rank reasons and legs; between copies they go before location and remark.
        """
        return (
            self.at,
            RANKS[self.status],
            MANY if self.attempt_number is None else self.attempt_number,
            self.received_at or self.at,
            self.reason or "~",
            self.leg or "~",
            self.location,
            self.remark,
        )


def instant(text: str | None) -> datetime | None:
    """A feed's instant in UTC: no offset is IST, a bare date its last instant in IST."""
    if text is None:
        return None
    if len(text) == 10:
        return datetime.combine(date.fromisoformat(text), LAST_INSTANT, IST).astimezone(UTC)
    parsed = datetime.fromisoformat(text)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=IST)).astimezone(UTC)


def ist_date(at: datetime) -> date:
    """The business date of an instant."""
    return at.astimezone(IST).date()


def known_scans(rows: list[Row], as_of: datetime) -> list[Scan]:
    """The scans known by as_of, merged, in order; what is quarantined is gone."""
    return sorted((_one(group) for group in copies(rows, as_of)), key=lambda scan: scan.order)


def copies(rows: list[Row], as_of: datetime) -> list[list[Scan]]:
    """The known scans in groups, each of them one scan seen more than once."""
    read = [_scan(row) for row in rows]
    known = [
        scan for scan in read if not _is_from_the_future(scan) and (scan.received_at or scan.at) <= as_of
    ]
    return _grouped(sorted(known, key=lambda scan: scan.order))


def _scan(row: Row) -> Scan:
    code = " ".join(row["native_code"].split()).lower()
    reason = " ".join((row.get("reason_code") or "").split()).lower() or None
    scanned_at = instant(row["scanned_at"])
    assert scanned_at is not None
    return Scan(
        at=scanned_at,
        is_dated=len(row["scanned_at"]) == 10,
        status=code if code in RANKS else "unmapped",
        reason=None if reason is None else reason if reason in REASONS else "unmapped",
        leg=row.get("leg"),
        attempt_number=row.get("attempt_number"),
        pincodes=frozenset([row["pincode"]] if row.get("pincode") else []),
        received_at=instant(row.get("received_at")),
        location=_normal(row.get("location")),
        remark=_normal(row.get("remark")),
    )


def _normal(text: str | None) -> str:
    return " ".join((text or "").split()).upper()


def _is_from_the_future(scan: Scan) -> bool:
    """ "More than 10 minutes in the future of its receipt … (dated facts: by date)"."""
    if scan.received_at is None:
        return False
    if scan.is_dated:
        return ist_date(scan.at) > ist_date(scan.received_at)
    return scan.at > scan.received_at + timedelta(minutes=10)


def _grouped(scans: list[Scan]) -> list[list[Scan]]:
    """ "Scans of the same code in the same (truncated) minute are one scan … so are a dated and a timed"."""
    groups: dict[tuple[Any, ...], list[Scan]] = {}
    first_timed: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for scan in scans:
        if not scan.is_dated:
            key = (scan.status, scan.at.replace(second=0, microsecond=0))
            groups.setdefault(key, []).append(scan)
            first_timed.setdefault((scan.status, ist_date(scan.at)), key)
    for scan in scans:
        if scan.is_dated:
            day = (scan.status, ist_date(scan.at))
            groups.setdefault(first_timed.get(day, day), []).append(scan)
    return list(groups.values())


def _one(group: list[Scan]) -> Scan:
    """The first scan with what the later ones add; "the first non-null reason stands"."""

    def first(name: str) -> Any:
        return next((value for value in (getattr(scan, name) for scan in group) if value is not None), None)

    return replace(
        group[0],
        reason=first("reason"),
        leg=first("leg"),
        attempt_number=first("attempt_number"),
        pincodes=frozenset().union(*(scan.pincodes for scan in group)),
    )
