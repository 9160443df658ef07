"""ClickPost's tracking API as a request: 10 waybills of one carrier a call; its limit is not known."""

from __future__ import annotations

from couriers.tracking import Question, Request, Tracking
from settings import CourierSettings


def ask(question: Question, own: CourierSettings, token: str) -> Request:
    """The scans of up to 10 waybills of the carrier that ClickPost calls `question.carrier`."""
    params = {
        "username": own.username or "",
        "key": token,
        "waybill": ",".join(question.awbs),
        "cp_id": question.carrier or "",
    }
    return Request("GET", "/api/v2/track-order/", params)


TRACKING = Tracking(
    address="https://www.clickpost.in",
    ask=ask,
    most_awbs=10,
    needs=("username", "token"),
    is_by_carrier=True,
    evidence="inferred",
)
