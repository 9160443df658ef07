"""Shadowfax's desk: a parcel is reopened or sent back only where it is held, its details change until it is out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.couriers.speaking import Answer, Asked
from simulator.desks.parcel import Parcel
from simulator.desks.window import Wanted, Window, fields, said

MOST_PINCODES = 2
_ORDER, _ISSUE = "/v3/clients/order_update", "/v1/clients/support/issue"
_HELD = ("on_hold", "cancelled_by_customer")
_ACTIONS = {"reopen_ndr": "reattempt", "rts": "rto", "rto": "rto"}
_BECOMES = {"reattempt": "reattempt_scheduled", "rto": "rto_initiated"}
_DETAILS = {"contact": "phone", "customer_address": "address", "pincode": "pincode"}
_CATEGORIES = {str(number) for number in range(1, 6)}


def take(asked: Asked, window: Window) -> Answer | None:
    """POST /api/v3/clients/order_update/, POST /v1/clients/support/issue/ (the leading /api may be missing)."""
    path = asked.path.removeprefix("/api").rstrip("/")
    if asked.method != "POST" or path not in (_ORDER, "/v1/clients/order_update", _ISSUE):
        return None
    if not asked.headers.get("authorization"):
        return 401, {"message": "Invalid token"}
    order = fields(asked.document())
    return _raise(order, window) if path == _ISSUE else _update(order, window)


def _update(order: Mapping[str, Any], window: Window) -> Answer:
    awb, asked_for = order.get("awb_number"), fields(order.get("status_update")).get("status")
    details = said(fields(order.get("delivery_details")), _DETAILS)
    parcel = window.find(awb)
    refusal = "Order not found" if parcel is None else None
    if asked_for is not None and asked_for not in _ACTIONS:
        refusal = "Invalid status"
    elif asked_for is None and not details:
        refusal = "Nothing to update"
    action = _ACTIONS.get(str(asked_for), "update_details")
    if parcel is not None and refusal is None:
        refusal = _refusal(parcel, asked_for, details)
    wanted = Wanted(action, order, changes=details, becomes=_BECOMES.get(action))
    refusal = window.give(awb, wanted, refusal)
    if refusal is not None:
        return 400, {"message": "Failure", "errors": refusal}
    return 200, {"message": "Success", "awb_number": awb}


def _refusal(parcel: Parcel, asked_for: str | None, details: tuple[str, ...]) -> str | None:
    code = parcel.head["native_code"]
    if asked_for is not None and code not in _HELD:
        return f"Invalid state {code}: {asked_for} is not allowed"
    if details and (code == "ofd" or parcel.is_over or parcel.is_returning):
        return f"Invalid state {code}: delivery_details can not be updated"
    if "pincode" in details and parcel.changes("pincode") >= MOST_PINCODES:
        return "Pincode can be updated at most 2 times"
    return None


def _raise(order: Mapping[str, Any], window: Window) -> Answer:
    awb = order.get("awb_number")
    refusal = None if str(order.get("issue_category")) in _CATEGORIES else "Invalid issue_category"
    if refusal is None and window.find(awb) is None:
        refusal = "Order not found"
    refusal = window.give(awb, Wanted("fake_attempt", order), refusal)
    if refusal is not None:
        return 400, {"message": "Failure", "errors": refusal}
    return 200, {"message": "Success", "awb_number": awb}
