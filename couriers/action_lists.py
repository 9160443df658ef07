"""Orders as a list of {awb, action, action_data}: the interface that XpressBees and NimbusPost share.

Owns: the three actions that it has; there is no return and no word for the courier. Refuses: to know where it stands;
each courier's folder says that, and how well it is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from couriers.actions import Actions, Answer, Call, Order
from couriers.answers import each, judged, own_item, token_at
from couriers.asking import given, password
from couriers.tracking import Login, Request, bearer
from settings import CourierSettings

#: Orders in a call, inferred: no limit was found.
MOST = 50


def plan(order: Order) -> tuple[str, ...]:
    """New details before the reattempt that needs them; a hold is a reattempt on a later date."""
    edits = (
        *(("change_phone",) if order.phone else ()),
        *(("change_address",) if order.address else ()),
    )
    if order.action == "update_details":
        return edits
    is_dated = order.action in ("reattempt", "hold") and order.requested_on
    return (*edits, "reattempt") if is_dated else ()


def _reattempt(order: Order) -> dict[str, str | None]:
    return {"re_attempt_date": order.day}


def _phone(order: Order) -> dict[str, str | None]:
    return {"phone": order.phone}


def _address(order: Order) -> dict[str, str | None]:
    return {"name": order.name, "address_1": order.address, "address_2": order.landmark}


def described(address: str, path: str, login: str) -> Actions:
    """The interface at this address, whose token is that of an e-mail and a password."""

    def call(action: str, data: Callable[[Order], dict[str, str | None]]) -> Call:
        def ask(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:  # noqa: ARG001
            items = [
                {"awb": order.awb, "action": action, "action_data": given(data(order))} for order in orders
            ]
            return Request("POST", path, headers=bearer(token), json=items)

        return Call(ask, _READ, MOST)

    def log_in(own: CourierSettings) -> Request:
        return Request("POST", login, json={"email": own.username, "password": password(own)})

    return Actions(
        address=address,
        plan=plan,
        by_name={
            "reattempt": call("re-attempt", _reattempt),
            "change_phone": call("change_phone", _phone),
            "change_address": call("change_address", _address),
        },
        needs=("username", "password"),
        # How long a token lasts was not found; clients keep it for 3 to 23 hours.
        login=Login(log_in, token_at("data"), hours=3),
        evidence="public_code",
    )


def _one(order: Order, found: Any) -> Answer | None:
    item = own_item(order, found)
    return judged(item) if item else None


_READ = each(_one)
