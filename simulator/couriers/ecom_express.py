"""Ecom Express: one scan a push, its code a number with the text behind it. It is not asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.couriers.speaking import Scan, Speaker, ist, spoken

_RETURNED, _DELIVERED = "r999", "999"


def push(scan: Scan, story: Sequence[Scan]) -> dict[str, Any]:
    """The scan push; a return that is handed back names the parcel that came back."""
    del story
    is_returned = scan["native_code"] == _RETURNED
    number = _DELIVERED if is_returned else scan["native_code"]
    return {
        "awb": scan["awb"],
        "datetime": ist(scan["scanned_at"], "%Y-%m-%d %H:%M:%S"),
        "status": spoken(scan),
        "reason_code": " - ".join(filter(None, (number, scan["native_text"]))),
        "reason_code_number": number,
        "location": scan["location"],
        "ref_awb": scan["awb"] if is_returned else "",
    }


SPEAKER = Speaker(push)
