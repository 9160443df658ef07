"""ClickPost's orders, version 2: one waybill a call, for whichever carrier has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from couriers.actions import Actions, Answer, Call, Order, Verdict
from couriers.answers import at, each, flag, judged, own_item, text
from couriers.asking import given, offered
from couriers.clickpost.tracking import TRACKING
from couriers.tracking import Request
from settings import CourierSettings


def plan(order: Order) -> tuple[str, ...]:
    """A call for each order of a carrier whose id is known."""
    return offered(order, ("reattempt", "rto")) if order.carrier else ()


def ask_reattempt(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:
    """Another attempt on a day, with the details that the order has."""
    order = orders[0]
    details = {
        "address": order.address,
        "landmark": order.landmark,
        "drop_pincode": order.pincode,
        "phone_number": order.phone,
        "preferred_date": order.day,
    }
    return _ask(order, own, token, "REATTEMPT", details)


def ask_rto(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:
    """The return."""
    return _ask(orders[0], own, token, "INITIATE_RTO", {})


def _ask(
    order: Order, own: CourierSettings, token: str, action: str, details: dict[str, str | None]
) -> Request:
    carrier = order.carrier or ""
    body = {
        "action": action,
        "waybill": order.awb,
        "cp_id": int(carrier) if carrier.isdecimal() else carrier,
        "account_code": account(own, carrier),
        **details,
    }
    params = {"username": own.username or "", "key": token}
    return Request("POST", "/api/v2/ndr/update/", params, json=given(body))


def account(own: CourierSettings, carrier: str) -> str | None:
    """The account of this carrier: `4=Delhivery-Express, 6=Other`, or one name for all."""
    named = [part.strip().rpartition("=") for part in (own.account or "").split(",")]
    return next((name for known, _, name in named if name and known.strip() in (carrier, "")), None)


def _one(order: Order, found: Any) -> Answer | None:
    """Version 2 speaks of its one waybill in `meta`; version 1 says yes there also where it says no of an item."""
    items = at(found, "result", "ndr_update_status")
    if items is None:
        return Answer(Verdict.accepted) if flag(at(found, "meta", "success")) else None
    item = own_item(order, items)
    answer = judged(item)
    # What the carrier gave ClickPost for it; where it was refused, the same field has the carrier's words.
    is_taken = answer.verdict is Verdict.accepted
    return replace(answer, reference=text(at(item, "cp_response"))) if is_taken else answer


read = each(_one, head=lambda found: at(found, "meta"))

ACTIONS = Actions(
    address=TRACKING.address,
    plan=plan,
    by_name={"reattempt": Call(ask_reattempt, read), "rto": Call(ask_rto, read)},
    needs=("username", "token", "account"),
    evidence="documented",
)
