"""Ekart Elite's desk: a login, one order a call after a failed delivery, and the state of a parcel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from settings import IST
from simulator.couriers.speaking import Answer, Asked, Scan, same_meaning, spoken
from simulator.desks.parcel import Parcel
from simulator.desks.window import Wanted, Window, fields, said

MOST_DAYS = 7
_LOGIN, _ORDER, _TRACK = "/integrations/v2/auth/token/", "/api/v2/package/ndr", "/api/v1/track/"
_ACTIONS = {"Re-Attempt": "reattempt", "RTO": "rto", "Edit": "update_details"}
_DETAILS = {"phone": "phone", "address": "address"}
_SPACE = "track:"


def take(asked: Asked, window: Window) -> Answer | None:
    """POST /integrations/v2/auth/token/<client>, POST /api/v2/package/ndr, GET /api/v1/track/<id>."""
    path = asked.path.rstrip("/")
    if asked.method == "POST" and path.startswith(_LOGIN):
        token = {
            "access_token": "a-token-of-the-stand-in-world",
            "token_type": "Bearer",
            "expires_in": 86_400,
        }
        return 200, token
    if asked.method == "GET" and path.startswith(_TRACK):
        parcel = window.find(path.removeprefix(_TRACK))
        return (200, _tracked(parcel)) if parcel else (404, {"message": "Shipment not found"})
    if (asked.method, path) != ("POST", _ORDER):
        return None
    if not asked.headers.get("authorization", "").startswith("Bearer "):
        return 401, {"status": False, "remark": "Unauthorized"}
    return _act(fields(asked.document()), window)


def _act(order: Mapping[str, Any], window: Window) -> Answer:
    awb, action = order.get("wbn"), _ACTIONS.get(str(order.get("action")))
    on = _day(order.get("date"))
    refusal = "Invalid action" if action is None else _refusal(window.find(awb))
    if refusal is None and action == "reattempt":
        ahead = (on - window.today).days if on else 0
        refusal = (
            None if 1 <= ahead <= MOST_DAYS else "Date should be within the next 7 days, excluding today"
        )
    name = action or str(order.get("action"))
    refusal = window.give(awb, Wanted(name, order, on, said(order, _DETAILS)), refusal)
    if refusal is not None:
        return (400 if action is None else 200), {"status": False, "remark": refusal, "tracking_id": awb}
    return 200, {"status": True, "remark": f"{order['action']} submitted".capitalize(), "tracking_id": awb}


def _day(milliseconds: object) -> date | None:
    if not isinstance(milliseconds, int):
        return None
    return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)).astimezone(IST).date()


def _refusal(parcel: Parcel | None) -> str | None:
    if parcel is None:
        return "Shipment not found"
    if parcel.is_delivered:
        return "Shipment is already delivered"
    if parcel.is_returning or parcel.times("rto"):
        return "Shipment is already marked RTO"
    return None if parcel.has_failed else "Not eligible: NDR action is allowed only when delivery has failed"


def _tracked(parcel: Parcel) -> dict[str, Any]:
    states = [state for scan in parcel.story if (state := _state(parcel.slug, scan))]
    head = states[-1] if states else {"status": "In Transit", "ctime": _at(parcel.head)}
    return {"_id": parcel.awb, "track": {**head, "details": states[:-1]}}


def _state(slug: str, scan: Scan) -> dict[str, Any] | None:
    """A scan in the words of the tracking answers; None where they have none. Why a visit failed they do not say."""
    status = same_meaning(slug, _SPACE).get(str(scan["native_code"]))
    if status is None:
        return None
    return {
        "status": status.removeprefix(_SPACE),
        "desc": spoken(scan) or scan["native_text"],
        "location": scan["location"],
        "ndrStatus": "",
        "ctime": _at(scan),
    }


def _at(scan: Scan) -> int:
    return int(scan["scanned_at"].timestamp() * 1000)
