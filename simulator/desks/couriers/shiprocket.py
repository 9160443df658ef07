"""Shiprocket's desk: one parcel a call, answered 202 without an id; the list of failures tells what it was told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.couriers.speaking import Answer, Asked, carrier_name, ist, spoken
from simulator.desks.effects import Effect
from simulator.desks.parcel import Parcel
from simulator.desks.saying import status_of
from simulator.desks.window import Wanted, Window, day, fields, said

MOST_ATTEMPTS = 3
_NDR = "/v1/external/ndr/"
_ACTIONS = {"re-attempt": "reattempt", "return": "rto", "fake-attempt": "fake_attempt"}
_DETAILS = {"phone": "phone", "address1": "address", "address2": "address"}
_RAISED, _TOLD = 3, 2


def take(asked: Asked, window: Window) -> Answer | None:
    """POST /v1/external/ndr/<awb>/action, GET /v1/external/ndr/<awb>; the login is the speaker's."""
    path = asked.path.rstrip("/")
    if not path.startswith(_NDR):
        return None
    if not asked.headers.get("authorization", "").startswith("Bearer "):
        return 401, _wrong("Token not provided", 401)
    awb, _, verb = path.removeprefix(_NDR).partition("/")
    if asked.method == "GET" and awb and not verb:
        parcel = window.find(awb)
        return (200, {"data": [_listed(parcel)]}) if parcel and parcel.has_failed else _unknown()
    return _act(awb, asked, window) if (asked.method, verb) == ("POST", "action") else None


def _unknown() -> Answer:
    return 404, _wrong("Invalid AWB", 404)


def _wrong(message: str, status: int) -> dict[str, Any]:
    return {"message": message, "status_code": status}


def _act(awb: str, asked: Asked, window: Window) -> Answer:
    order = fields(asked.document())
    errors = _errors(order, window)
    if errors:
        return 422, {**_wrong("The given data was invalid.", 422), "errors": errors}
    parcel = window.find(awb)
    action = _ACTIONS[order["action"]]
    wanted = Wanted(action, order, day(order.get("deferred_date")), said(order, _DETAILS))
    refusal = window.give(awb, wanted, _refusal(parcel, action))
    if refusal is None:
        return 202, {"status": "Data Updated Sucessfully"}
    return _unknown() if parcel is None else (400, _wrong(refusal, 400))


def _errors(order: Mapping[str, Any], window: Window) -> dict[str, list[str]]:
    wrong = {}
    if order.get("action") not in _ACTIONS:
        wrong["action"] = ["The selected action is invalid."]
    if not order.get("comments"):
        wrong["comments"] = ["The comments field is required."]
    deferred, given = day(order.get("deferred_date")), order.get("deferred_date")
    if given and (deferred is None or deferred <= window.today):
        wrong["deferred_date"] = ["The deferred date must be a date after today."]
    if order.get("action") == "fake-attempt":
        if not order.get("proof_audio") and not order.get("proof_image"):
            wrong["proof_image"] = ["The proof image field is required when proof audio is not present."]
        if not order.get("remarks"):
            wrong["remarks"] = ["The remarks field is required."]
    return wrong


def _refusal(parcel: Parcel | None, action: str) -> str | None:
    if parcel is None:
        return "Invalid AWB"
    if parcel.is_delivered:
        return "Shipment is already delivered"
    if parcel.is_returning or parcel.times("rto"):
        return "RTO is already initiated for this shipment"
    if not parcel.has_failed:
        return "Shipment is not in NDR"
    if action != "rto" and parcel.attempts >= MOST_ATTEMPTS:
        return "Maximum attempts reached for this shipment"
    return None


def _listed(parcel: Parcel) -> dict[str, Any]:
    failed = [scan for scan in parcel.story if status_of(parcel.slug, scan) == "failed_delivery"]
    history = [
        _history(parcel, ist(scan["scanned_at"], "%Y-%m-%d %H:%M:%S"), spoken(scan), number, _RAISED)
        for number, scan in enumerate(failed, start=max(1, parcel.attempts - len(failed) + 1))
    ]
    history += [_told(parcel, effect) for effect in parcel.effects]
    return {
        "id": _number(parcel.awb, 0),
        "status": "UNDELIVERED",
        "status_code": 36,
        "reason": spoken(parcel.head),
        "attempts": parcel.attempts,
        "ndr_raised_at": ist(parcel.head["scanned_at"], "%Y-%m-%d %H:%M:%S"),
        "courier": carrier_name(parcel.head),
        "awb_code": parcel.awb,
        "escalation_status": "N/A",
        "history": history,
        "delivered_date": "",
    }


def _told(parcel: Parcel, effect: Effect) -> dict[str, Any]:
    """As documented: a seller's row repeats the time at which the courier raised the attempt."""
    at = ist(parcel.head["scanned_at"], "%Y-%m-%d %H:%M:%S")
    return {**_history(parcel, at, spoken(parcel.head), parcel.attempts, _TOLD), "comment": effect.action}


def _history(parcel: Parcel, at: str, reason: str | None, attempt: int, by: int) -> dict[str, Any]:
    return {
        "ndr_id": _number(parcel.awb, 1),
        "ndr_reason": reason,
        "action_by": by,
        "ndr_attempt": attempt,
        "ndr_push_status": 2 if by == _TOLD else 0,
        "comment": "",
        "ndr_raised_at": at,
    }


def _number(awb: str, more: int) -> int:
    return int.from_bytes(awb.encode()[-3:], "big") + more
