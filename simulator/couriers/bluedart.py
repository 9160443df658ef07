"""Blue Dart: pushes hold parcels with scans, to the minute; the group of a code says its leg. It is not asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.couriers.speaking import Scan, Speaker, ist, spoken


def push(scan: Scan, story: Sequence[Scan]) -> dict[str, Any]:
    """The status push, of one scan of one parcel."""
    del story
    group, _, code = scan["native_code"].rpartition("-")
    detail = {
        "Scan": scan["native_text"],
        "ScanCode": code,
        "ScanGroupType": f"R{group}" if scan["leg"] == "return" else group,
        "ScanDate": ist(scan["scanned_at"], "%d-%m-%Y"),
        "ScanTime": ist(scan["scanned_at"], "%H%M"),
        "ScannedLocation": scan["location"],
        "StatusTimeZone": "IST",
        "Comments": spoken(scan),
    }
    return {"statustracking": [{"Shipment": {"WaybillNo": scan["awb"], "Scans": {"ScanDetail": [detail]}}}]}


SPEAKER = Speaker(push)
