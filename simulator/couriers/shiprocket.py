"""Shiprocket, an aggregator: every push has the whole history, the newest first in its tracking answers.

It speaks of shipments by the ids of its shipment space: a scan of the story in another space is said in that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.couriers.speaking import (
    Answer,
    Asked,
    Find,
    Scan,
    Speaker,
    carrier_name,
    ist,
    same_meaning,
    spoken,
)

MOST_AWBS = 50
SPACE = "shipment_status:"
_FAILED = SPACE + "21"
_ROOT = "/v1/external"
_ORDINALS = {1: "1ST", 2: "2ND", 3: "3RD"}


def push(scan: Scan, story: Sequence[Scan]) -> dict[str, Any] | None:
    """The webhook: the history until now under the scan, or under the last before it that Shiprocket has a status for;
    where there is none it has nothing to push."""
    known = [one for one in story if one["scanned_at"] <= scan["scanned_at"] and _code(one)]
    if not known:
        return None
    head = scan if _code(scan) else known[-1]
    return {
        "awb": scan["awb"],
        "courier_name": carrier_name(scan),
        "current_status": _label(head),
        "shipment_status": _label(head),
        "shipment_status_id": _id(head),
        "current_timestamp": ist(head["scanned_at"], "%d %m %Y %H:%M:%S"),
        "scans": [_activity(one) for one in story],
        "is_return": 0,
        "pod_status": None,
        "pod": "Not Available",
    }


def answer(asked: Asked, find: Find) -> Answer:
    """POST auth/login, GET courier/track/awb/<awb>, POST courier/track/awbs; an unknown AWB is a success."""
    path = asked.path.removeprefix(_ROOT).rstrip("/")
    if (asked.method, path) == ("POST", "/auth/login"):
        return 200, {"token": "a-token-of-the-stand-in-world"}
    if asked.method == "GET" and path.startswith("/courier/track/awb/"):
        return 200, _tracked(find(path.rsplit("/", 1)[1]))
    if (asked.method, path) == ("POST", "/courier/track/awbs"):
        awbs = asked.sent("awbs")
        if len(awbs) > MOST_AWBS:
            return 422, {"message": f"The awbs may not have more than {MOST_AWBS} items.", "status_code": 422}
        return 200, {awb: _tracked(story) for awb in awbs if (story := find(awb))}
    return 404, {"message": "404 Not Found", "status_code": 404}


def _tracked(story: Sequence[Scan]) -> dict[str, Any]:
    if not story:
        return {
            "tracking_data": {"track_status": 0, "error": "Aahh! There is no activities found in our DB."}
        }
    track = {"awb_code": story[0]["awb"], "courier_name": carrier_name(story[0]), "pod": "Not Available"}
    return {
        "tracking_data": {
            "track_status": 1,
            "shipment_status": _id(story[-1]),
            "shipment_track": [track],
            "shipment_track_activities": [_activity(scan) for scan in reversed(story)],
        }
    }


def _activity(scan: Scan) -> dict[str, Any]:
    code, said = _code(scan), spoken(scan)
    return {
        "date": ist(scan["scanned_at"], "%Y-%m-%d %H:%M:%S"),
        # The carrier's own code: known where Shiprocket has none for it, or where it gives the reason.
        "status": scan["reason_code"] or (None if code else scan["native_code"]),
        "activity": f"Pending - {said}" if said and code == _FAILED else said or scan["native_text"],
        "location": scan["location"],
        "sr-status": code.removeprefix(SPACE) if code else "NA",
        "sr-status-label": _label(scan) if code else "NA",
    }


def _code(scan: Scan) -> str | None:
    """The code in the shipment space; None for one that Shiprocket does not know."""
    return same_meaning("shiprocket", SPACE).get(scan["native_code"])


def _id(scan: Scan) -> int | None:
    code = _code(scan)
    return int(code.removeprefix(SPACE)) if code else None


def _label(scan: Scan) -> str | None:
    ordinal = _ORDINALS.get(scan["attempt_number"])
    if _code(scan) == _FAILED:
        return f"UNDELIVERED-{ordinal} ATTEMPT" if ordinal else "UNDELIVERED"
    return scan["native_text"].upper() if scan["native_text"] else None


SPEAKER = Speaker(push, answer)
