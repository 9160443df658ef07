"""iThink's orders: a list, with the credentials in the body."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from couriers.actions import Actions, Answer, Call, Order
from couriers.answers import at, each, judged
from couriers.asking import given, offered, password
from couriers.tracking import Request
from settings import CourierSettings

_RTO_REMARK = "Please return the parcel to the seller"


def plan(order: Order) -> tuple[str, ...]:
    """A call for each order; the date is required."""
    return offered(order, ("reattempt", "rto"))


def ask_reattempt(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:
    """Another attempt of each on a day, with the time and the details that its order has."""
    return _ask(own, token, [_reattempt(order) for order in orders])


def ask_rto(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:
    """The return of each."""
    return _ask(
        own,
        token,
        [
            {"awb_numbers": order.awb, "ndr_action": "2", "rto_remark": order.remarks or _RTO_REMARK}
            for order in orders
        ],
    )


def _reattempt(order: Order) -> dict[str, str]:
    fields = {
        "reattempt_date": order.day,
        "reattempt_time": f"{order.window_start}:00" if order.window_start else None,
        "reattempt_mobile_number": order.phone,
        "reattempt_address": order.place,
        # 1 is a home, the other an office: which of the two is not known of an order.
        "reattempt_address_type": "1" if order.place else None,
    }
    return {"awb_numbers": order.awb, "ndr_action": "1", **given(fields), "rto_remark": ""}


def _ask(own: CourierSettings, token: str, shipments: list[dict[str, str]]) -> Request:
    body = {"shipments": shipments, "access_token": token, "secret_key": password(own)}
    return Request("POST", "/api_v3/ndr/add-reattempt-rto.json", json={"data": body})


def read(orders: Sequence[Order], status: int, body: bytes) -> Sequence[Answer]:
    """Items by AWB. Some clients saw the key "1", or a list: those say whose they are only where one was asked."""

    def one(order: Order, found: Any) -> Answer | None:
        items = at(found, "data")
        item = at(items, order.awb)
        if item is None and len(orders) == 1:
            item = at(items, "1") or (items[0] if isinstance(items, list) and len(items) == 1 else None)
        return judged(item) if item else None

    return each(one)(orders, status, body)


ACTIONS = Actions(
    address="https://my.ithinklogistics.com",
    plan=plan,
    # Lists are seen in public code, their limit is not known: as its tracking takes.
    by_name={"reattempt": Call(ask_reattempt, read, 10), "rto": Call(ask_rto, read, 10)},
    needs=("token", "password"),
    evidence="public_code",
)
