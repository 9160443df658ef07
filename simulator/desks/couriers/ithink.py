"""iThink's desk: orders and credentials in one body, the answer keyed by AWB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.couriers.speaking import Answer, Asked
from simulator.desks.parcel import Parcel
from simulator.desks.window import Wanted, Window, day, fields, said

_PATH = "/api_v3/ndr/add-reattempt-rto.json"
_ACTIONS = {"1": "reattempt", "2": "rto"}
_DETAILS = {"reattempt_mobile_number": "phone", "reattempt_address": "address"}


def take(asked: Asked, window: Window) -> Answer | None:
    """POST /api_v3/ndr/add-reattempt-rto.json"""
    if (asked.method, asked.path.rstrip("/")) != ("POST", _PATH):
        return None
    data = fields(fields(asked.document()).get("data"))
    if not data.get("access_token") or not data.get("secret_key"):
        return 200, {"status": "error", "status_code": 400, "html_message": "Invalid access token"}
    items = data.get("shipments")
    if not isinstance(items, list) or not items:
        return 200, {"status": "error", "status_code": 400, "html_message": "No shipments"}
    results = dict(_item(fields(item), window) for item in items)
    return 200, {"status": "success", "status_code": 200, "data": results}


def _item(item: Mapping[str, Any], window: Window) -> tuple[str, dict[str, Any]]:
    awb, kind, on = item.get("awb_numbers"), str(item.get("ndr_action")), day(item.get("reattempt_date"))
    refusal = "Invalid NDR action" if kind not in _ACTIONS else _refusal(window.find(awb))
    if refusal is None and kind == "1" and (on is None or on <= window.today):
        refusal = "Reattempt date must be after today"
    wanted = Wanted(_ACTIONS.get(kind, kind), item, on, said(item, _DETAILS))
    refusal = window.give(awb, wanted, refusal)
    remark = refusal or ("Reattempt request added" if kind == "1" else "RTO request added")
    return str(awb), {"status": "success" if refusal is None else "error", "remark": remark}


def _refusal(parcel: Parcel | None) -> str | None:
    if parcel is None:
        return "Invalid AWB number"
    if parcel.is_delivered:
        return "Shipment already delivered"
    if parcel.is_returning or parcel.times("rto"):
        return "RTO already requested"
    return None if parcel.has_failed else "Shipment is not undelivered"
