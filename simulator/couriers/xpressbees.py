"""XpressBees: one scan a push, to the minute; of an undelivered parcel the remarks are the reason. It is not asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.couriers.speaking import Scan, Speaker, ist, spoken

_UNDELIVERED = "UD"


def push(scan: Scan, story: Sequence[Scan]) -> dict[str, Any]:
    """The status push."""
    del story
    is_failed = scan["native_code"] == _UNDELIVERED
    return {
        "AWBNO": scan["awb"],
        "StatusCode": scan["native_code"],
        "Remarks": scan["reason_code"] or spoken(scan) or (None if is_failed else scan["native_text"]),
        "StatusDate": ist(scan["scanned_at"], "%d-%m-%Y"),
        "StatusTime": ist(scan["scanned_at"], "%H%M"),
        "CurrentLocation": scan["location"],
        "Receivedby": "",
    }


SPEAKER = Speaker(push)
