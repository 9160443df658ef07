"""Blue Dart's desk: one AWB a call; its answers come in two shapes, by the AWB, as its clients have seen both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from settings import IST
from simulator.couriers.speaking import Answer, Asked
from simulator.desks.parcel import Parcel
from simulator.desks.window import Wanted, Window, fields, said

_LOGIN = "/in/transportation/token/v1/login"
_PATH = "/in/transportation/cust-instruction-update/v1/CustALTInstructionUpdate"
_ACTIONS = {"DT": "reattempt", "RTO": "rto"}
_DATE = re.compile(r"/Date\((\d+)\)/")


def take(asked: Asked, window: Window) -> Answer | None:
    """GET .../token/v1/login, POST .../CustALTInstructionUpdate with the header JWTToken."""
    if (asked.method, asked.path.rstrip("/")) == ("GET", _LOGIN):
        is_known = asked.headers.get("clientid") and asked.headers.get("clientsecret")
        return (
            (200, {"JWTToken": "a-token-of-the-stand-in-world"})
            if is_known
            else (401, {"title": "Unauthorized"})
        )
    if (asked.method, asked.path.rstrip("/")) != ("POST", _PATH):
        return None
    document = fields(asked.document())
    if not asked.headers.get("jwttoken") or not fields(document.get("profile")).get("LoginID"):
        return 401, {"title": "Unauthorized", "error-response": [{"msg": "Invalid token"}]}
    order = fields(document.get("altreq"))
    awb, kind, on = order.get("AWBNo"), str(order.get("AltInstRequestType")), _day(order.get("PreferDate"))
    refusal = "Invalid AltInstRequestType" if kind not in _ACTIONS else _refusal(window.find(awb))
    if refusal is None and kind == "DT" and (on is None or on <= window.today):
        refusal = "PreferDate is required and must be after today"
    wanted = Wanted(_ACTIONS.get(kind, kind), order, on, said(order, {"MobileNo": "phone"}))
    refusal = window.give(awb, wanted, refusal)
    return 200, {"CustALTInstructionUpdateResult": _result(str(awb), refusal)}


def _refusal(parcel: Parcel | None) -> str | None:
    if parcel is None:
        return "Invalid Waybill Number"
    if parcel.is_delivered:
        return "Shipment already delivered"
    if parcel.is_returning:
        return "Shipment already marked for RTO"
    return None if parcel.has_failed else "AltInstruction not allowed for current status"


def _day(text: object) -> date | None:
    match = _DATE.fullmatch(str(text))
    at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(match[1])) if match else None
    return at.astimezone(IST).date() if at else None


def _result(awb: str, refusal: str | None) -> Mapping[str, Any]:
    status = {
        "StatusCode": "Valid" if refusal is None else "InValid",
        "StatusInformation": refusal or "AltInstruction Update Successful",
    }
    if sum(awb.encode()) % 2:
        return {
            "AWBNo": awb,
            "IsError": "false" if refusal is None else "true",
            "Status": [status],
        }
    return {"AWBNo": awb, "IsError": refusal is not None, "status": {"e": status}}
