"""ClickPost's desk: version 2 takes one order a call, version 1 a list whose items may fail in a success."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.couriers.speaking import Answer, Asked
from simulator.desks.parcel import Parcel
from simulator.desks.window import Wanted, Window, day, fields, said

_V1, _V2 = "/api/v1/ndr/update", "/api/v2/ndr/update"
_DETAILS = {"address": "address", "landmark": "address", "phone_number": "phone", "drop_pincode": "pincode"}
_OLD_DETAILS = {"address": "address", "add": "address", "phone": "phone", "pincode": "pincode"}
_OLD = {
    "RE-ATTEMPT": "reattempt",
    "DEFER_DLV": "reattempt",
    "EDIT_DETAILS": "update_details",
    "INITIATE_RTO": "rto",
}
_NEW = {"REATTEMPT": "reattempt", "INITIATE_RTO": "rto"}


def take(asked: Asked, window: Window) -> Answer | None:
    """POST /api/v1/ndr/update/, POST /api/v2/ndr/update/, both with username and key in the query."""
    path = asked.path.rstrip("/")
    if asked.method != "POST" or path not in (_V1, _V2):
        return None
    if not asked.query.get("username") or not asked.query.get("key"):
        return 401, {"meta": meta(401, "Invalid username or key")}
    return _old(asked, window) if path == _V1 else _new(asked, window)


def meta(status: int, message: str) -> dict[str, Any]:
    """What stands beside every result."""
    return {"status": status, "message": message, "success": status == 200}


def _new(asked: Asked, window: Window) -> Answer:
    order = fields(asked.document())
    awb, action, on = (
        order.get("waybill"),
        _NEW.get(str(order.get("action"))),
        day(order.get("preferred_date")),
    )
    wrong = None
    if action is None:
        wrong = "Invalid action"
    elif not awb or not order.get("cp_id"):
        wrong = "waybill and cp_id are mandatory"
    elif action == "reattempt" and on is None:
        wrong = "preferred_date is mandatory for REATTEMPT"
    if wrong or action is None:
        return 400, {"meta": meta(400, wrong or "")}
    parcel = window.find(awb)
    refusal = window.give(awb, Wanted(action, order, on, said(order, _DETAILS)), _refusal(parcel, action))
    if refusal is None:
        return 200, {"meta": meta(200, "SUCCESS"), "result": {"waybill": awb, "status": True}}
    return 400, {"meta": meta(400, refusal), "result": {"waybill": awb, "status": False}}


def _old(asked: Asked, window: Window) -> Answer:
    items = asked.document()
    if not isinstance(items, list):
        return 400, {"meta": meta(400, "Invalid data")}
    results = [_old_item(fields(item), window) for item in items]
    return 200, {"meta": meta(200, "Success"), "result": {"ndr_update_status": results}}


def _old_item(item: Mapping[str, Any], window: Window) -> dict[str, Any]:
    awb, more = item.get("waybill"), fields(item.get("action_data"))
    action = _OLD.get(str(item.get("act")))
    refusal = "in valid awb and action not supported" if action is None else None
    refusal = refusal or _refusal(window.find(awb), action or "")
    on = day(more.get("deferred_date"))
    wanted = Wanted(action or str(item.get("act")), item, on, said(more, _OLD_DETAILS))
    refusal = window.give(awb, wanted, refusal)
    return {"awb": awb, "status": refusal is None, "cp_response": refusal or "Updated"}


def _refusal(parcel: Parcel | None, action: str) -> str | None:
    if parcel is None:
        return "in valid awb and action not supported"
    if parcel.is_delivered:
        return "Shipment is already delivered"
    if parcel.is_returning:
        return "Shipment is already marked for RTO"
    if action != "update_details" and not parcel.has_failed:
        return "Shipment is not in NDR state"
    return None
