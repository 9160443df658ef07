"""ClickPost, an aggregator: one event a push with the head beside it; 10 waybills a call, the newest scan first.

It always gives its status: a scan of the story that names a bucket alone is said by the status of that meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from couriers import registry
from simulator.couriers.speaking import (
    Answer,
    Asked,
    Find,
    Scan,
    Speaker,
    carrier_name,
    ist,
    same_meaning,
)

MOST_AWBS = 10
SPACE = "status:"
FAILED = 9


def push(scan: Scan, story: Sequence[Scan]) -> dict[str, Any]:
    """The webhook of all statuses."""
    event = _event(scan, "%Y-%m-%dT%H:%M:%S.%f")
    ids = registry()[scan["courier"]].aggregator_ids.get("clickpost")
    said: dict[str, Any] = {"waybill": scan["awb"], **event}
    if ids:
        said["cp_id"] = int(ids[0])
    head = _event(story[-1], "%Y-%m-%dT%H:%M:%S.%f")
    said["additional"] = {"latest_status": head, "account_code": carrier_name(scan).upper()}
    if event["clickpost_status_code"] == FAILED and (scan["reason_code"] or scan["reason_text"]):
        said["additional"] |= {
            "ndr_status_code": int(scan["reason_code"]) if scan["reason_code"] else None,
            "ndr_status_description": scan["reason_text"] or scan["native_text"],
        }
    return said


def answer(asked: Asked, find: Find) -> Answer:
    """GET /api/v2/track-order/?waybill=a,b&cp_id=4; an unknown waybill is not valid."""
    if (asked.method, asked.path.rstrip("/")) != ("GET", "/api/v2/track-order"):
        return 404, {"meta": _meta(404, "Not found")}
    waybills = asked.words("waybill")
    if not 1 <= len(waybills) <= MOST_AWBS:
        return 400, {"meta": _meta(400, f"1 to {MOST_AWBS} waybills are allowed")}
    return 200, {
        "meta": _meta(200, "SUCCESS"),
        "result": {awb: _tracked(find(awb)) for awb in waybills},
    }


def _tracked(story: Sequence[Scan]) -> dict[str, Any]:
    if not story:
        return {"valid": False}
    scans = [_event(scan, "%Y-%m-%d %H:%M:%S") for scan in reversed(story)]
    account = {"account_code": carrier_name(story[0]).upper()}
    return {"valid": True, "latest_status": scans[0], "scans": scans, "additional": account}


def _meta(status: int, message: str) -> dict[str, Any]:
    return {"status": status, "message": message, "success": status == 200}


def _event(scan: Scan, form: str) -> dict[str, Any]:
    code = str(scan["native_code"])
    number = same_meaning("clickpost", SPACE).get(code, code).removeprefix(SPACE)
    return {
        "clickpost_status_code": int(number) if number.isdigit() else number,
        "clickpost_status_description": scan["native_text"],
        "timestamp": ist(scan["scanned_at"], form),
        "location": scan["location"],
        "status": scan["native_text"],
        "remark": scan["remark"],
    }


SPEAKER = Speaker(push, answer)
