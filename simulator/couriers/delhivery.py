"""Delhivery: one scan a push, 50 waybills a call; no waybill that it knows is a failure, too many calls are a 403."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.couriers.speaking import Answer, Asked, Find, Scan, Speaker, ist, spoken

MOST_AWBS = 50
_TIME = "%Y-%m-%dT%H:%M:%S.%f"


def push(scan: Scan, story: Sequence[Scan]) -> dict[str, Any]:
    """The default scan push."""
    kind, status = _status(scan)
    return {
        "Shipment": {
            "Status": {
                "Status": status,
                "StatusDateTime": ist(scan["scanned_at"], _TIME)[:-3],
                "StatusType": kind,
                "StatusLocation": scan["location"],
                "Instructions": spoken(scan) or scan["native_text"],
            },
            "PickUpDate": ist(story[0]["scanned_at"], "%Y-%m-%dT%H:%M:%S"),
            "NSLCode": scan["reason_code"] or "",
            "Sortcode": None,
            "ReferenceNo": None,
            "AWB": scan["awb"],
        }
    }


def answer(asked: Asked, find: Find) -> Answer:
    """GET /api/v1/packages/json/?waybill=a,b"""
    if (asked.method, asked.path.rstrip("/")) != ("GET", "/api/v1/packages/json"):
        return 404, {"detail": "Not found."}
    waybills = asked.words("waybill")
    if len(waybills) > MOST_AWBS:
        return 400, {"Success": False, "Error": f"Maximum {MOST_AWBS} waybills are allowed"}
    stories = [story for story in map(find, waybills) if story]
    if not stories:
        return 200, {"Success": False, "Error": "Data does not exists for provided Waybill(s)"}
    return 200, {"ShipmentData": [{"Shipment": _tracked(story)} for story in stories]}


def _tracked(story: Sequence[Scan]) -> dict[str, Any]:
    kind, status = _status(story[-1])
    return {
        "AWB": story[0]["awb"],
        "ReferenceNo": None,
        "Status": {
            "Status": status,
            "StatusType": kind,
            "StatusDateTime": ist(story[-1]["scanned_at"], _TIME),
            "StatusLocation": story[-1]["location"],
        },
        "Scans": [{"ScanDetail": _detail(scan)} for scan in story],
    }


def _detail(scan: Scan) -> dict[str, Any]:
    kind, status = _status(scan)
    return {
        "ScanDateTime": ist(scan["scanned_at"], _TIME),
        "ScanType": kind,
        "Scan": status,
        "StatusDateTime": ist(scan["scanned_at"], _TIME),
        "ScannedLocation": scan["location"],
        "Instructions": spoken(scan) or scan["native_text"],
        "StatusCode": scan["reason_code"],
    }


def _status(scan: Scan) -> tuple[str, str]:
    kind, bar, status = scan["native_code"].partition("|")
    return (kind, status) if bar else ("UD", kind)


SPEAKER = Speaker(push, answer, tries=2, calls=(750, 300, 403))
