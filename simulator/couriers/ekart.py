"""Ekart: one event a push; an undelivered parcel's sub-reason says whether there was a visit, and why it failed.

A scan of the story in the words of its tracking answers is said by the event of that meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.couriers.speaking import Scan, Speaker, ist, same_meaning

_SPACE = "shipment_"


def push(scan: Scan, story: Sequence[Scan]) -> dict[str, Any]:
    """The event push."""
    del story
    code = str(scan["native_code"])
    event, _, visit = same_meaning("ekart", _SPACE).get(code, code).partition("|")
    sub_reason = "_".join(filter(None, (visit, scan["reason_code"])))
    return {
        "vendor_tracking_id": scan["awb"],
        "event": event,
        "status": scan["native_text"],
        "reason": scan["reason_text"],
        "sub_reasons": [sub_reason] if sub_reason else [],
        "remarks": scan["remark"],
        "event_date": ist(scan["scanned_at"], "%Y-%m-%d %H:%M:%S"),
        "location": scan["location"],
    }


SPEAKER = Speaker(push)
