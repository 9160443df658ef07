"""Shiprocket's tracking API as a request: 50 AWBs a call with the token of a login, which lasts 240 hours."""

from __future__ import annotations

import json

from couriers.tracking import Login, Question, Request, Tracking, bearer
from settings import CourierSettings

_ROOT = "/v1/external"


def ask(question: Question, own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """The activities of up to 50 AWBs."""
    body = {"awbs": list(question.awbs)}
    return Request("POST", f"{_ROOT}/courier/track/awbs", headers=bearer(token), json=body)


def log_in(own: CourierSettings) -> Request:
    """The token of an API user, which is another user than the panel's."""
    password = own.password.get_secret_value() if own.password else ""
    return Request("POST", f"{_ROOT}/auth/login", json={"email": own.username, "password": password})


def read_token(body: bytes) -> str | None:
    """The token in the login's answer."""
    try:
        given = json.loads(body)
    except ValueError:
        return None
    token = given.get("token") if isinstance(given, dict) else None
    return token if isinstance(token, str) and token else None


TRACKING = Tracking(
    address="https://apiv2.shiprocket.in",
    ask=ask,
    most_awbs=50,
    needs=("username", "password"),
    login=Login(log_in, read_token, hours=240),
    evidence="inferred",
)
