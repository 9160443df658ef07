"""What the requests of several couriers share: which action is asked, which fields are sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from couriers.actions import Order
from settings import CourierSettings

T = TypeVar("T")


def password(own: CourierSettings) -> str:
    """The password of the settings; empty where there is none."""
    return own.password.get_secret_value() if own.password else ""


def given(fields: Mapping[str, T | None]) -> dict[str, T]:
    """The fields that hold something: an empty one might blank what the courier has."""
    return {name: value for name, value in fields.items() if value}


def offered(order: Order, names: Collection[str], *, is_dated: bool = True) -> tuple[str, ...]:
    """The plan of one call, named as the action, at a courier that takes `names`; none where it cannot be asked.

    A hold is a reattempt on a later date, where `is_dated`: its reattempts need a date, so one without cannot be asked.
    """
    action = order.action
    if is_dated and action in ("reattempt", "hold"):
        action = "reattempt" if order.requested_on else ""
    return (action,) if action in names else ()
