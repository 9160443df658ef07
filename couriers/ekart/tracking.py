"""Ekart Elite's tracking API as a request: one parcel a call, open to everybody; its limit is not known."""

from __future__ import annotations

from urllib.parse import quote

from couriers.tracking import Question, Request, Tracking
from settings import CourierSettings


def ask(question: Question, own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """The state of one parcel."""
    return Request("GET", f"/api/v1/track/{quote(question.awbs[0], safe='')}")


TRACKING = Tracking(
    address="https://app.elite.ekartlogistics.in",
    ask=ask,
    most_awbs=1,
    # It wants no secret, so that naming the address is how one says that it is to be asked.
    needs=("base_url",),
    evidence="inferred",
)
