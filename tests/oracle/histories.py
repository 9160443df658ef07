"""Random histories of one AWB of the courier `generic`, likely and absurd ones alike.

Owns: what may happen to a parcel and to the news of it. Refuses: knowing what it comes to.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from tests.oracle.facts import REASONS, STATUSES, Row
from tests.oracle.wishes import IST, wishes

LAST_DAY = datetime(2026, 3, 12, 8, tzinfo=IST)
DESTINATION, ORIGIN, ELSEWHERE = "560001", "110001", "400001"

# Steps around the bounds of the rules: a minute, 12 hours, midnight, 30 days.
STEPS = [
    *[timedelta(seconds=s) for s in (0, 0, 1, 20, 59, 60)],
    *[timedelta(minutes=m) for m in (5, 61, 240, 719, 720, 721)],
    *[timedelta(hours=h) for h in (1, 2, 3, 5, 8, 12, 14, 20, 24, 30, 48)],
]
LONG_STEPS = [timedelta(days=30), timedelta(days=30) - timedelta(minutes=1), timedelta(days=31)]
DELAYS = [timedelta(minutes=m) for m in (-11, -10, -3, 0, 1, 30, 600, 1500, 8000)]
_FORWARD = {"in_transit": 2, "at_destination": 1, "out_for_delivery": 10, "failed_delivery": 10}
_STUBBORN = _FORWARD | {"held": 1, "reattempt_scheduled": 1}
_ENDS = {
    "delivered": 5,
    "partially_delivered": 1,
    "lost": 2,
    "damaged": 1,
    "disposed": 1,
    "cancelled": 1,
}
_RETURN = {
    "rto_requested": 1,
    "rto_initiated": 3,
    "rto_in_transit": 2,
    "rto_out_for_delivery": 1,
    "rto_failed": 1,
    "rto_delivered": 2,
    "rto_cancelled": 2,
}
_ASIDE = dict.fromkeys(
    [status for status in STATUSES if status not in {*_FORWARD, *_ENDS, *_RETURN}],
    1,
)
LIKELY_REASONS = ["customer_unavailable", "not_attempted", "address_issue", "external_factor", None, None]
History = list[tuple[str, Row]]


def history(random: Random, awb: str) -> History:
    """The (feed, row) pairs of one AWB, in disorder."""
    rows: History = []
    days_ago = random.choice([2, 3, 4, 5]) if random.random() < 0.4 else random.randrange(6, 20)
    now = LAST_DAY - timedelta(days=days_ago) + random.choice(STEPS)
    weights = _weights(random)
    if random.random() < 0.85:
        rows.append(
            ("shipments", _manifest(random, awb, 0, now - timedelta(hours=random.choice([0, 1, 20]))))
        )
    for number in range(random.choice([1, 2, 3, 4, 5, 6, 8, 10, 14])):
        now += random.choice(LONG_STEPS if random.random() < 0.01 else STEPS)
        scan = _scan(random, weights, now)
        rows.append(("scans", {"courier": "generic", "awb": awb, **scan}))
        while random.random() < 0.12:
            rows.append(("scans", _told_again(random, rows[-1][1])))
        if random.random() < 0.06:
            rows.append(("shipments", _manifest(random, awb, number, now + random.choice(STEPS))))
    if random.random() < 0.06:
        rows += _way_back(random, awb, weights, now)
    random.shuffle(rows)
    if random.random() < 0.65:
        rows += wishes(random, awb, [row for feed, row in rows if feed == "scans"])
    return rows


def _way_back(random: Random, awb: str, weights: dict[str, int], now: datetime) -> History:
    """A return that travels under another AWB, with scans of any status."""
    own = {"courier": "generic", "awb": f"{awb}-BACK"}
    at = now - random.choice(STEPS)
    manifest = own | {"order_id": f"BACK-{awb}", "manifested_at": at.isoformat(), "parent_awb": awb}
    rows: History = [("shipments", manifest)]
    for _ in range(random.choice([1, 2, 3])):
        at += random.choice(STEPS)
        rows.append(("scans", own | _scan(random, weights | _RETURN, at)))
    return rows


def _weights(random: Random) -> dict[str, int]:
    """Some histories are of failures alone, some of the ordinary statuses, some of all, some of few."""
    kind = random.random()
    if kind < 0.25:
        return _STUBBORN
    if kind < 0.5:
        return _FORWARD | {"delivered": 4, "rto_initiated": 2, "lost": 1}
    if kind < 0.6:
        few = random.sample(sorted(_FORWARD | _ENDS | _RETURN), 3)
        return dict.fromkeys([*few, "failed_delivery"], 1)
    return _FORWARD | _ENDS | _RETURN | _ASIDE


def _scan(random: Random, weights: dict[str, int], now: datetime) -> Row:
    status = random.choices(list(weights), list(weights.values()))[0]
    is_dated = random.random() < 0.06
    scan: Row = {"scanned_at": f"{now:%Y-%m-%d}" if is_dated else now.isoformat(), "native_code": status}
    if status == "failed_delivery" or random.random() < 0.05:
        reason = random.choice(LIKELY_REASONS if random.random() < 0.8 else sorted(REASONS))
        if reason is not None:
            scan["reason_code"] = reason
        if random.random() < 0.3:
            scan["attempt_number"] = random.choice([1, 1, 2, 2, 3, 4])
    if random.random() < 0.12:
        scan["leg"] = random.choice(["forward", "return"])
    if random.random() < 0.5:
        scan["pincode"] = random.choice([DESTINATION, DESTINATION, ORIGIN, ELSEWHERE])
    if random.random() < 0.3:
        scan["location"] = random.choice(["BLR Hub", "DEL Hub"])
    if random.random() < 0.4:
        scan["received_at"] = (now + random.choice(DELAYS)).isoformat()
    return scan


def _told_again(random: Random, scan: Row) -> Row:
    """A copy, or the same scan with other seconds, wording, receipt, reason or precision."""
    again = dict(scan)
    change = random.choice(["copy", "seconds", "remark", "receipt", "reason", "date"])
    if change == "seconds" and len(scan["scanned_at"]) > 10:
        at = datetime.fromisoformat(scan["scanned_at"])
        again["scanned_at"] = at.replace(second=random.randrange(60)).isoformat()
    elif change == "remark":
        again["remark"] = random.choice(["door locked", "Door  LOCKED ", "no one home"])
    elif change == "receipt":
        again.pop("received_at", None)
    elif change == "reason" and scan["native_code"] == "failed_delivery":
        again["reason_code"] = random.choice(sorted(REASONS))
    elif change == "date":
        again["scanned_at"] = scan["scanned_at"][:10]
    return again


def _manifest(random: Random, awb: str, number: int, at: datetime) -> Row:
    order = random.choice(["first", "first", "second", f"{number}"])
    row: Row = {"courier": "generic", "awb": awb, "order_id": f"ORD-{awb}-{order}"}
    row["manifested_at"] = at.isoformat()
    row["pincode"] = DESTINATION
    # Of two manifests of one order and instant the page does not say which stands, so they say the same.
    origin = Random(f"{order} {at}").choice([ORIGIN, ORIGIN, ORIGIN, DESTINATION, None])
    if origin is not None:
        row["origin_pincode"] = origin
    return row
