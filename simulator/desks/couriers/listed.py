"""XpressBees' and NimbusPost's desks: a list of orders, a list of answers, and no way to ask for a return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.couriers.speaking import Answer, Asked
from simulator.desks.parcel import Parcel
from simulator.desks.window import Wanted, Window, day, fields, said

_ACTIONS = {"re-attempt": "reattempt", "change_address": "update_details", "change_phone": "update_details"}
_DETAILS = {"address_1": "address", "address_2": "address", "phone": "phone"}


@dataclass(frozen=True)
class Listed:
    """A desk at `path`, whose token is asked for at `login`."""

    path: str
    login: str

    def take(self, asked: Asked, window: Window) -> Answer | None:
        """POST of {email, password}; POST of a list of {awb, action, action_data}."""
        if (asked.method, asked.path.rstrip("/")) == ("POST", self.login):
            own = fields(asked.document())
            is_known = bool(own.get("email") and own.get("password"))
            return 200, {"status": is_known, "data": "a-token-of-the-stand-in-world" if is_known else None}
        if (asked.method, asked.path.rstrip("/")) != ("POST", self.path):
            return None
        if not asked.headers.get("authorization", "").startswith("Bearer "):
            return 401, {"status": False, "message": "Unauthorized"}
        items = asked.document()
        if not isinstance(items, list) or not items:
            return 400, {"status": False, "message": "Invalid request"}
        return 200, [_item(fields(item), window) for item in items]


def _item(item: Mapping[str, Any], window: Window) -> dict[str, Any]:
    awb, more = item.get("awb"), fields(item.get("action_data"))
    action, on, details = (
        _ACTIONS.get(str(item.get("action"))),
        day(more.get("re_attempt_date")),
        said(more, _DETAILS),
    )
    refusal = None
    if action is None:
        refusal = "Invalid action"
    elif action == "reattempt" and (on is None or on <= window.today):
        refusal = "re_attempt_date must be a date after today"
    elif action == "update_details" and not details:
        refusal = "action_data is required"
    refusal = refusal or _refusal(window.find(awb))
    refusal = window.give(awb, Wanted(action or str(item.get("action")), item, on, details), refusal)
    return {"awb": awb, "status": refusal is None, "message": refusal or "NDR action submitted successfully"}


def _refusal(parcel: Parcel | None) -> str | None:
    if parcel is None:
        return "Invalid AWB number"
    if parcel.is_delivered:
        return "Shipment already delivered"
    if parcel.is_returning:
        return "Shipment already in RTO"
    return None if parcel.has_failed else "Shipment is not in NDR"


XPRESSBEES = Listed("/api/ndr/create", "/api/users/login")
NIMBUSPOST = Listed("/v1/ndr/action", "/v1/users/login")
