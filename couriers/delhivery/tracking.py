"""Delhivery's tracking API as a request: 50 AWBs a call, 750 calls in 5 minutes from one address (documented)."""

from __future__ import annotations

from couriers.tracking import WAITS, Question, Request, Tracking, bearer
from settings import CourierSettings


def ask(question: Question, own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """The scans of up to 50 waybills."""
    params = {"waybill": ",".join(question.awbs)}
    return Request("GET", "/api/v1/packages/json/", params, bearer(token, "Token"))


TRACKING = Tracking(
    address="https://track.delhivery.com",
    ask=ask,
    most_awbs=50,
    calls=750,
    seconds=300,
    # Its firewall answers a breach with 403, not 429, and wants 30 s of silence.
    waits={**WAITS, 403: 30},
    # "Data does not exists for provided Waybill(s)" comes with either.
    answers=frozenset({200, 400}),
    evidence="documented",
)
