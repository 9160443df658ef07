"""Ecom Express's orders: a form whose `json_input` is a list of resolutions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from couriers.actions import Actions, Answer, Call, Order
from couriers.answers import each, judged, own_item
from couriers.asking import given, offered, password
from couriers.tracking import Request
from settings import CourierSettings

#: The slot where none is known by our words: the one that public code sends. The time of day goes into the comments.
_SLOT = "1"
_COMMENTS = {"RAD": "Please attempt the delivery again", "RTO": "Please return the parcel to the seller"}


def plan(order: Order) -> tuple[str, ...]:
    """A call for each order; the date is required."""
    return offered(order, ("reattempt", "rto"))


def ask_reattempt(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """Another attempt (RAD) of each on a day, with the details that its order has."""
    return _ask(own, [{**_item(order, "RAD"), **_details(order)} for order in orders])


def ask_rto(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """The return of each."""
    return _ask(own, [_item(order, "RTO") for order in orders])


def _item(order: Order, instruction: str) -> dict[str, object]:
    # A pincode has its place beside an address only.
    alone = f"Pincode: {order.pincode}." if order.pincode and not order.address else None
    words = " ".join(filter(None, (order.remarks, alone)))
    return {"awb": order.awb, "instruction": instruction, "comments": words or _COMMENTS[instruction]}


def _details(order: Order) -> dict[str, object]:
    fields: dict[str, object] = {
        "scheduled_delivery_date": order.day,
        "scheduled_delivery_slot": _SLOT,
        "mobile": order.phone,
        "consignee_address": _address(order),
    }
    return given(fields)


def _address(order: Order) -> dict[str, str]:
    """Four lines, the landmark the last, and the pincode; nothing where no address is given, as it would be blanked."""
    lines = [line.strip() for line in (order.address or "").splitlines() if line.strip()]
    if not lines:
        return {}
    room = 3 if order.landmark else 4
    lines = [*lines[: room - 1], ", ".join(lines[room - 1 :])]
    lines = [*filter(None, lines), *filter(None, [order.landmark]), "", "", ""][:4]
    pincode = {"pincode": order.pincode} if order.pincode else {}
    return {**{f"CA{number}": line for number, line in enumerate(lines, 1)}, **pincode}


def _ask(own: CourierSettings, items: list[dict[str, object]]) -> Request:
    form = {
        "username": own.username or "",
        "password": password(own),
        "json_input": json.dumps(items, ensure_ascii=False),
    }
    return Request("POST", "/apiv2/ndr_resolutions/", form=form)


def _one(order: Order, found: Any) -> Answer | None:
    """`status` may be the word "true"."""
    item = own_item(order, found)
    return judged(item) if item else None


_READ = each(_one)

ACTIONS = Actions(
    address="https://api.ecomexpress.in",
    plan=plan,
    # How many a call takes was not found.
    by_name={"reattempt": Call(ask_reattempt, _READ, 50), "rto": Call(ask_rto, _READ, 50)},
    needs=("username", "password"),
    evidence="public_code",
)
