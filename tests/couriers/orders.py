"""Orders and settings for the tests of couriers' actions."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from pydantic import SecretStr

from couriers import registry
from couriers.actions import Actions, Order, ReadBack
from couriers.tracking import Request
from settings import CourierSettings

TOKEN = "sealed"  # noqa: S105
OWN = CourierSettings(username="us", password=SecretStr("hush"), token=SecretStr("key"), account="acct")
DAY = date(2026, 11, 25)

#: Everything that an order can hold; each word stands in a request only where it is carried.
FULL: dict[str, Any] = {
    "requested_on": DAY,
    "window_start": "14:00",
    "window_end": "17:00",
    "phone": "9000000007",
    "address": "7 New Street",
    "landmark": "Blue gate",
    "pincode": "560007",
    "name": "Test Buyer",
    "remarks": "after two in the afternoon",
    "carrier": "4",
    "proof": "https://example.com/call.mp3",
}
ACTIONS_OF = {slug: courier.actions for slug, courier in registry().items() if courier.actions}


def order(action: str = "reattempt", awb: str = "AWB1", **held: Any) -> Order:
    """An order that holds no more than it is given."""
    return Order(action_id=f"id-{awb}", awb=awb, action=action, **held)


def requests(slug: str, one: Order) -> list[Request]:
    """What is sent for an order, call after call."""
    actions: Actions = ACTIONS_OF[slug]
    return [actions.by_name[name].ask([one], OWN, TOKEN) for name in actions.plan(one)]


def body_of(request: Request) -> Any:
    """A request's body, parsed: a form with its list as a list."""
    if request.form is None:
        return request.json
    form: dict[str, Any] = dict(request.form)
    return {**form, "json_input": json.loads(form["json_input"])}


def back_of(slug: str) -> ReadBack:
    """How what became of a reattempt is found out."""
    found = ACTIONS_OF[slug].by_name["reattempt"].read_back
    assert found is not None
    return found
