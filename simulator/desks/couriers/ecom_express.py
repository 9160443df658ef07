"""Ecom Express's desk: a form with a list of orders in it; some answers say `true` in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from simulator.couriers.speaking import Answer, Asked
from simulator.desks.parcel import Parcel
from simulator.desks.window import Wanted, Window, day, fields, said

_PATH = "/apiv2/ndr_resolutions"
_ACTIONS = {"RAD": "reattempt", "RTO": "rto"}
_LOCKS = ("77", "82")


def take(asked: Asked, window: Window) -> Answer | None:
    """POST /apiv2/ndr_resolutions/ with username, password and json_input."""
    if (asked.method, asked.path.rstrip("/")) != ("POST", _PATH):
        return None
    form = dict(parse_qsl(asked.body.decode("utf-8", "replace")))
    if not form.get("username") or not form.get("password"):
        return 401, {"status": False, "reason": "Unauthorised Request"}
    try:
        items = json.loads(form.get("json_input", ""))
    except ValueError:
        items = None
    if not isinstance(items, list):
        return 400, {"status": False, "reason": "Invalid json_input"}
    return 200, [_item(fields(item), window) for item in items]


def _item(item: Mapping[str, Any], window: Window) -> dict[str, Any]:
    awb, kind, on = item.get("awb"), str(item.get("instruction")), day(item.get("scheduled_delivery_date"))
    refusal = "Invalid instruction" if kind not in _ACTIONS else _refusal(window.find(awb))
    if refusal is None and kind == "RAD" and (on is None or not item.get("scheduled_delivery_slot")):
        refusal = "scheduled_delivery_date and scheduled_delivery_slot are required"
    if refusal is None and on is not None and on <= window.today:
        refusal = "scheduled_delivery_date must be after today"
    address = fields(item.get("consignee_address"))
    details = {*said(item, {"mobile": "phone"}), *said(address, {"CA1": "address", "pincode": "pincode"})}
    wanted = Wanted(_ACTIONS.get(kind, kind), item, on, tuple(sorted(details)))
    refusal = window.give(awb, wanted, refusal)
    return {"awb": awb, "status": "true" if refusal is None else "false", "reason": refusal or ""}


def _refusal(parcel: Parcel | None) -> str | None:
    if parcel is None:
        return "Incorrect AWB number"
    if parcel.is_delivered:
        return "Shipment already delivered"
    if parcel.head["native_code"] in _LOCKS or parcel.is_returning:
        return "Shipment Cannot Be Updated As RTO Lock Already Applied"
    return None if parcel.has_failed else "Shipment is not in undelivered status"
