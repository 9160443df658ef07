"""Delhivery's desk: re-attempts are jobs that are judged later, edits and cancellations are judged at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.couriers.speaking import Answer, Asked
from simulator.desks.parcel import Parcel
from simulator.desks.window import Wanted, Window, fields, said

MOST = 1000
OPEN_CODES = frozenset({"EOD-74", "EOD-15", "EOD-104", "EOD-43", "EOD-86", "EOD-11", "EOD-69", "EOD-6"})
#: What 401, 403 and 404 say: one bare string.
NOTHING = "There has been an error but we were asked to not let you see that. Please contact the dev team."
_UPL = "/api/cmu/get_bulk_upl/"
_EDITABLE = ("UD|Manifested", "UD|In Transit", "UD|Pending")
_DETAILS = {"phone": "phone", "add": "address", "name": "name"}


def take(asked: Asked, window: Window) -> Answer | None:
    """POST /api/p/update, GET /api/cmu/get_bulk_upl/<UPL>, POST /api/p/edit."""
    path = asked.path.rstrip("/")
    is_ours = path in ("/api/p/update", "/api/p/edit") or path.startswith(_UPL)
    if not is_ours:
        return None
    if not asked.headers.get("authorization", "").startswith("Token "):
        return 401, NOTHING
    if path.startswith(_UPL):
        return _read_back(path.removeprefix(_UPL), window)
    order = fields(asked.document())
    return _update(order, window) if path == "/api/p/update" else _edit(order, window)


def _update(order: Mapping[str, Any], window: Window) -> Answer:
    items = order.get("data")
    if not isinstance(items, list) or not items:
        return 400, {"status": "Failure", "remark": "Invalid data provided"}
    if len(items) > MOST:
        return 400, {"status": "Failure", "remark": f"Can not update more than {MOST} records"}
    return 200, {"request_id": window.later("UPL", items, lambda item: _judge(fields(item), window))}


def _judge(item: Mapping[str, Any], window: Window) -> dict[str, Any]:
    """One waybill of a job: the words of its failure, None where it was done."""
    awb, action = item.get("waybill"), item.get("act")
    refusal = '"waybill" is missing' if not awb else None
    if refusal is None and action != "RE-ATTEMPT":
        refusal = "Action is not valid"
    refusal = refusal or _reattempt_refusal(window.find(awb))
    message = window.give(awb, Wanted("reattempt", item), refusal)
    return {"waybill": awb, "action": action, "message": message}


def _reattempt_refusal(parcel: Parcel | None) -> str | None:
    if parcel is None:
        return "Incorrect waybill"
    code = str(parcel.head["reason_code"] or "")
    if parcel.head["native_code"] != "UD|Pending":
        return "Package in incorrect status"
    if parcel.attempts > 2:
        return "Shipment has reached max attempt count"
    if code not in OPEN_CODES or parcel.attempts < 1:
        return f"Rescheduling is not allowed as {parcel.head['reason_text'] or parcel.head['native_text']}"
    return None


def _read_back(name: str, window: Window) -> Answer:
    job = window.books.jobs.get(name)
    if job is None:
        return 404, NOTHING
    if job.results is None:
        waiting = {"failed_wbns": [], "success_wbns": [], "request_id": name}
        return 200, {"status": "Pending", "remark": "Package action is being performed", **waiting}
    failed = [result for result in job.results if result["message"]]
    done = [{"waybill": one["waybill"], "action": one["action"]} for one in job.results if not one["message"]]
    remark = f"{len(done) or 'Zero'} waybills affected"
    results = {"failed_wbns": failed, "success_wbns": done, "request_id": name}
    return 200, {"status": "Failure" if failed else "Success", "remark": remark, **results}


def _edit(order: Mapping[str, Any], window: Window) -> Answer:
    awb, is_return = order.get("waybill"), str(order.get("cancellation", "")).lower() == "true"
    parcel, details = window.find(awb), said(order, _DETAILS)
    refusal = _edit_refusal(parcel)
    if refusal is None and not is_return and not details:
        refusal = "Invalid data provided"
    becomes = "rto_in_transit" if is_return else None
    wanted = Wanted("rto" if is_return else "update_details", order, changes=details, becomes=becomes)
    refusal = window.give(awb, wanted, refusal)
    if refusal is not None:
        return 200, {"status": False, "waybill": awb, "remark": refusal, "error": refusal}
    remark = "Shipment has been cancelled." if is_return else "Shipment details have been updated."
    return 200, {"status": True, "waybill": awb, "remark": remark}


def _edit_refusal(parcel: Parcel | None) -> str | None:
    if parcel is None:
        return "Incorrect waybill"
    if parcel.head["native_code"] == "UD|Dispatched":
        return "Package is part of dispatch. Cannot update the information now"
    return None if parcel.head["native_code"] in _EDITABLE else "Package in incorrect status"
