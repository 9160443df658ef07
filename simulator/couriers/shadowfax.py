"""Shadowfax: one event a push by India's clock, tracking answers by UTC; a reason is a text in the comments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from simulator.couriers.speaking import Answer, Asked, Find, Scan, Speaker, ist, spoken

MOST_AWBS = 50
_ONE, _MANY = "/v4/clients/orders/", "/v4/clients/bulk_track"


def push(scan: Scan, story: Sequence[Scan]) -> dict[str, Any]:
    """The event push, with the attempt's number as on request."""
    del story
    return {
        "awb_number": scan["awb"],
        "order_id": None,
        "event_timestamp": ist(scan["scanned_at"], "%Y-%m-%d %H:%M:%S"),
        "current_location": scan["location"],
        "comments": scan["reason_code"] or spoken(scan),
        "event": scan["native_code"],
        "status": scan["native_text"],
        "type": "FWD",
        "attempt_number": scan["attempt_number"],
    }


def answer(asked: Asked, find: Find) -> Answer:
    """GET /v4/clients/orders/<awb>/track/, POST /v4/clients/bulk_track/"""
    path = asked.path.removeprefix("/api").rstrip("/")
    if asked.method == "GET" and path.startswith(_ONE) and path.endswith("/track"):
        story = find(path.removeprefix(_ONE).removesuffix("/track"))
        return (200, _tracked(story)) if story else (200, {"message": "Order not found"})
    if (asked.method, path) == ("POST", _MANY):
        awbs = asked.sent("awb_numbers")
        if len(awbs) > MOST_AWBS:
            return 400, {"message": f"At most {MOST_AWBS} awb_numbers are allowed"}
        stories = [story for story in map(find, awbs) if story]
        return 200, {"data": [{"awb_number": one[0]["awb"], **_tracked(one)} for one in stories]}
    return 404, {"message": "Not found"}


def _tracked(story: Sequence[Scan]) -> dict[str, Any]:
    return {
        "message": "Success",
        "order_details": {"awb_number": story[0]["awb"], "status": story[-1]["native_code"]},
        "tracking_details": [
            {
                "created": scan["scanned_at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "location": scan["location"],
                "status_id": scan["native_code"],
                "status": scan["native_text"],
                "remarks": scan["reason_code"] or spoken(scan),
            }
            for scan in story
        ],
    }


SPEAKER = Speaker(push, answer)
