"""Ecom Express's tracking API as a request: a form with the account's name and password; its limits are not known."""

from __future__ import annotations

from couriers.tracking import Question, Request, Tracking
from settings import CourierSettings


def ask(question: Question, own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """The scans of one AWB; as a form, so that no log of addresses holds the password."""
    password = own.password.get_secret_value() if own.password else ""
    form = {"username": own.username or "", "password": password, "awb": question.awbs[0]}
    return Request("POST", "/track_me/api/mawbd/", form=form)


TRACKING = Tracking(
    address="https://plapi.ecomexpress.in",
    ask=ask,
    most_awbs=1,
    needs=("username", "password"),
    evidence="inferred",
)
