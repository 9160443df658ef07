"""The lives (epochs) of one AWB: which manifests begin one, and which scans belong to which.

Owns: SEMANTICS "Shipment", the key and its epochs. Refuses: what happens within a life.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.oracle.facts import Row, Scan, instant, ist_date

TERMINAL = {
    "delivered",
    "partially_delivered",
    "rto_delivered",
    "lost",
    "damaged",
    "disposed",
    "cancelled",
}
RETURN_STATUSES = {
    "rto_initiated",
    "rto_in_transit",
    "rto_out_for_delivery",
    "rto_failed",
    "rto_delivered",
}
NO_SCANS_FOR = timedelta(days=30)


@dataclass
class Life:
    """One epoch with its scans in order, and the manifest whose attributes stand."""

    epoch: int
    begins_at: datetime | None
    manifest: Row = field(default_factory=dict)
    scans: list[Scan] = field(default_factory=list)


def lives_of(shipments: list[Row], scans: list[Scan], as_of: datetime) -> list[Life]:
    """The lives as known by as_of, in order; scans are known, merged and in order."""
    known = [
        (at, row["order_id"], row) for row in shipments if (at := instant(row["manifested_at"])) <= as_of
    ]
    lives = [Life(0, None)]
    orders: dict[str, datetime] = {}
    for at, order_id, row in sorted(known, key=lambda manifest: manifest[:2]):
        if order_id not in orders and _begins_a_life(
            lives[-1], at, scans, max(orders.values(), default=None)
        ):
            lives.append(Life(int(f"{ist_date(at):%Y%m%d}"), at))
        orders.setdefault(order_id, at)
        lives[-1].manifest = row
    _deal_out(lives, scans)
    return lives


def _begins_a_life(life: Life, at: datetime, scans: list[Scan], latest_order_at: datetime | None) -> bool:
    """ "After a terminal event, or after 30 days without scans"; a second one on the date joins it.

    Both count from the latest order of the life, as its parcel is the one that has to have ended.
    """
    begun = life.begins_at
    if begun is not None and ist_date(begun) == ist_date(at):
        return False
    since = latest_order_at
    before = [s for s in scans if s.status != "reverse" and s.at < at and (since is None or s.at >= since)]
    if any(
        scan.status in TERMINAL for scan in _own(before, begins_a_life=begun is not None and begun == since)
    ):
        return True
    silent_since = [scan.at for scan in before] + ([since] if since else [])
    return bool(silent_since) and at - max(silent_since) >= NO_SCANS_FOR


def _own(scans: list[Scan], begins_a_life: bool) -> list[Scan]:
    """Without the return-leg scans before any forward scan, which tell of the life before."""
    forward = [number for number, scan in enumerate(scans) if not _says_return(scan)]
    return scans if not begins_a_life else scans[forward[0] :] if forward else []


def _says_return(scan: Scan) -> bool:
    return scan.leg == "return" or scan.status in RETURN_STATUSES


def _deal_out(lives: list[Life], scans: list[Scan]) -> None:
    """ "Scans belong to the latest epoch begun at or before them"; early return scans to the one before."""
    dealt: list[list[Scan]] = [[] for _ in lives]
    for scan in scans:
        number = max(n for n, life in enumerate(lives) if life.begins_at is None or life.begins_at <= scan.at)
        dealt[number].append(scan)
    for number in range(len(lives)):
        own = _own([scan for scan in dealt[number] if scan.status != "reverse"], begins_a_life=number > 0)
        for scan in dealt[number]:
            is_of_this = scan in own or scan.status == "reverse"
            lives[number if is_of_this else number - 1].scans.append(scan)
    for life in lives:
        life.scans.sort(key=lambda scan: scan.order)


def is_return_scan(scan: Scan) -> bool:
    """A scan that is of the return leg by itself, whatever came before it."""
    return scan.status in RETURN_STATUSES or (
        scan.leg == "return" and scan.status not in {"rto_requested", "rto_cancelled"}
    )
