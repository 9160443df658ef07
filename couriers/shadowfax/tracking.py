"""Shadowfax's tracking API as a request: 50 AWBs a call (more is a 400); its limit is not known."""

from __future__ import annotations

from couriers.tracking import Question, Request, Tracking, bearer
from settings import CourierSettings


def ask(question: Question, own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """The events of up to 50 AWBs."""
    body = {"awb_numbers": list(question.awbs)}
    return Request("POST", "/api/v4/clients/bulk_track/", headers=bearer(token, "Token"), json=body)


TRACKING = Tracking(address="https://dale.shadowfax.in", ask=ask, most_awbs=50, evidence="inferred")
