"""Shadowfax's orders: an update of the parcel's order, and an escalation for an attempt that was none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from couriers.actions import Actions, Answer, Call, Order, Verdict
from couriers.answers import at, each, flag, refused, said, text
from couriers.asking import given, offered
from couriers.shadowfax.tracking import TRACKING
from couriers.tracking import Request, bearer
from settings import CourierSettings

#: The category "status mismatch".
_MISMATCH = 4


def plan(order: Order) -> tuple[str, ...]:
    """A call for each order; no hold, as no date is carried."""
    if order.action == "update_details" and not _details(order):
        return ()
    return offered(order, ("reattempt", "update_details", "rto", "fake_attempt"), is_dated=False)


def ask_reattempt(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """Another attempt, with the new details in the same call."""
    return _update(orders[0], token, _details(orders[0]), "reopen_ndr")


def ask_details(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """New details, until it goes out for delivery."""
    return _update(orders[0], token, _details(orders[0]), None)


def ask_rto(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """The return."""
    return _update(orders[0], token, {}, "rto")


def ask_escalation(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """The claim that what it reported is not what happened."""
    body = {"awb_number": orders[0].awb, "issue_category": _MISMATCH}
    return Request("POST", "/api/v1/clients/support/issue/", headers=bearer(token, "Token"), json=body)


def _details(order: Order) -> dict[str, object]:
    pincode = int(order.pincode) if order.pincode and order.pincode.isdecimal() else None
    fields: dict[str, object] = {"contact": order.phone, "customer_address": order.place, "pincode": pincode}
    return given(fields)


def _update(order: Order, token: str, details: dict[str, object], status: str | None) -> Request:
    """Never the order's own section: it would change the cash to collect."""
    parts: dict[str, object] = {
        "delivery_details": details,
        "status_update": {"status": status} if status else None,
    }
    body = {"awb_number": order.awb, **given(parts)}
    return Request("POST", "/api/v3/clients/order_update/", headers=bearer(token, "Token"), json=body)


def _one(order: Order, found: Any) -> Answer | None:  # noqa: ARG001
    """Its answer is not documented: a plain yes or no is taken from the words that its other calls have."""
    if at(found, "errors"):
        return refused(said({"message": text(at(found, "errors")) or text(at(found, "message"))}))
    yes = [flag(at(found, name)) for name in ("success", "status", "message")]
    if True in yes and False not in yes:
        return Answer(Verdict.accepted, said=said(found))
    return refused(said(found)) if False in yes and True not in yes else None


_READ = each(_one)

ACTIONS = Actions(
    address=TRACKING.address,
    plan=plan,
    by_name={
        "reattempt": Call(ask_reattempt, _READ),
        "update_details": Call(ask_details, _READ),
        "rto": Call(ask_rto, _READ),
        "fake_attempt": Call(ask_escalation, _READ),
    },
    evidence="documented",
)
