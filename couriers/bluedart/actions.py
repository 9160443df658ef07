"""Blue Dart's orders: an "alternate instruction", one AWB a call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from couriers.actions import Actions, Answer, Call, Order, Verdict
from couriers.answers import UNKNOWN, at, each, flag, refused, said, text, token_at
from couriers.asking import offered, password
from couriers.tracking import Login, Request
from settings import IST, CourierSettings

#: The time of day of its date: the day is the same one in IST and in UTC.
_AT = time(12)
_RESULT = "CustALTInstructionUpdateResult"


def plan(order: Order) -> tuple[str, ...]:
    """A call for each order; the date is required."""
    return offered(order, ("reattempt", "rto"))


def ask_reattempt(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:
    """Another attempt (DT) on a day, with a time and a phone."""
    order = orders[0]
    day = order.requested_on and int(datetime.combine(order.requested_on, _AT, IST).timestamp() * 1000)
    fields = {
        "PreferDate": f"/Date({day})/",
        "PreferTime": order.window_start or "",
        "MobileNo": order.phone or "",
    }
    return _ask(order, own, token, "DT", fields)


def ask_rto(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:
    """The return."""
    return _ask(orders[0], own, token, "RTO", {})


def _ask(order: Order, own: CourierSettings, token: str, kind: str, fields: dict[str, str]) -> Request:
    body = {
        "altreq": {"AWBNo": order.awb, "AltInstRequestType": kind, **fields},
        "profile": {
            "LoginID": own.username,
            "LicenceKey": password(own),
            "Api_type": "S",
            "Version": "1.9",
        },
    }
    path = "/in/transportation/cust-instruction-update/v1/CustALTInstructionUpdate"
    return Request("POST", path, headers={"JWTToken": token}, json=body)


def _one(order: Order, found: Any) -> Answer | None:
    """IsError is a truth value or a word; the reason is the first of a list, or alone under `e`."""
    result = at(found, _RESULT)
    is_error = flag(at(result, "IsError"))
    if is_error is None or text(at(result, "AWBNo")) not in (order.awb, None):
        return None if result is None else UNKNOWN
    told = at(result, "Status") or at(result, "status")
    reason = told[0] if isinstance(told, list) and told else at(told, "e") or told
    words = text(at(reason, "StatusInformation")) or said(result)
    return refused(words) if is_error else Answer(Verdict.accepted, said=words)


def log_in(own: CourierSettings) -> Request:
    """The token of an app's id and secret, which are not the profile's."""
    secret = own.token.get_secret_value() if own.token else ""
    headers = {"ClientID": own.account or "", "clientSecret": secret, "Accept": "application/json"}
    return Request("GET", "/in/transportation/token/v1/login", headers=headers)


_READ = each(_one)

ACTIONS = Actions(
    address="https://apigateway.bluedart.com",
    plan=plan,
    by_name={"reattempt": Call(ask_reattempt, _READ), "rto": Call(ask_rto, _READ)},
    needs=("account", "token", "username", "password"),
    login=Login(log_in, token_at("JWTToken"), hours=23),
    evidence="public_code",
)
