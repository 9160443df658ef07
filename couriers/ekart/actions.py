"""Ekart Elite's orders: one parcel a call, with a token that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from urllib.parse import quote

from couriers.actions import Actions, Answer, Call, Order
from couriers.answers import UNKNOWN, at, each, judged, text, token_at
from couriers.asking import given, offered, password
from couriers.ekart.tracking import TRACKING
from couriers.tracking import Login, Request, bearer
from settings import IST, CourierSettings

#: The time of day of its date, as in the example that is known: the day is the same one in IST and in UTC.
_AT = time(13, 30)


def plan(order: Order) -> tuple[str, ...]:
    """A call for each order."""
    return offered(order, ("reattempt", "rto"))


def ask_reattempt(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """Another attempt on a day, with the details that the order has."""
    order = orders[0]
    midday = datetime.combine(order.requested_on, _AT, IST) if order.requested_on else None
    day = int(midday.timestamp() * 1000) if midday else None
    return _ask(order, token, "Re-Attempt", date=day, phone=order.phone, address=order.place)


def ask_rto(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """The return."""
    return _ask(orders[0], token, "RTO")


def _ask(order: Order, token: str, action: str, **fields: str | int | None) -> Request:
    details: dict[str, str | int | None] = {**fields, "instructions": order.remarks}
    body = {"action": action, "wbn": order.awb, **given(details), "links": []}
    return Request("POST", "/api/v2/package/ndr", headers=bearer(token), json=body)


def _one(order: Order, found: Any) -> Answer:
    """Its yes or no; of another parcel it says nothing."""
    return judged(found) if text(at(found, "tracking_id")) in (order.awb, None) else UNKNOWN


def log_in(own: CourierSettings) -> Request:
    """The token of a client's id, name and password."""
    path = f"/integrations/v2/auth/token/{quote(own.account or '', safe='')}"
    return Request("POST", path, json={"username": own.username, "password": password(own)})


_READ = each(_one)

ACTIONS = Actions(
    address=TRACKING.address,
    plan=plan,
    by_name={"reattempt": Call(ask_reattempt, _READ), "rto": Call(ask_rto, _READ)},
    needs=("account", "username", "password"),
    login=Login(log_in, token_at("access_token"), hours=24),
    evidence="public_code",
)
