"""How each courier's tracking API is asked: requests, needs and limits."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from couriers import registry
from couriers.contract import EVIDENCE
from couriers.tracking import Question, Request, Tracking
from settings import CourierSettings

OWN = CourierSettings(username="us", password=SecretStr("hush"), base_url="http://127.0.0.1:9/")
DESCRIBED = [courier for courier in registry().values() if courier.tracking]


def tracking(slug: str) -> Tracking:
    found = registry()[slug].tracking
    assert found is not None
    return found


def parts(request: Request) -> dict[str, Any]:
    return {name: value for name, value in vars(request).items() if value}


@pytest.mark.parametrize(
    ("slug", "awbs", "carrier", "expected"),
    [
        (
            "delhivery",
            ("A1", "A2"),
            None,
            {"method": "GET", "path": "/api/v1/packages/json/", "params": {"waybill": "A1,A2"},
             "headers": {"Authorization": "Token secret"}},
        ),
        (
            "shiprocket",
            ("A1", "A2"),
            None,
            {"method": "POST", "path": "/v1/external/courier/track/awbs", "json": {"awbs": ["A1", "A2"]},
             "headers": {"Authorization": "Bearer secret"}},
        ),
        (
            "clickpost",
            ("A1", "A2"),
            "4",
            {"method": "GET", "path": "/api/v2/track-order/",
             "params": {"username": "us", "key": "secret", "waybill": "A1,A2", "cp_id": "4"}},
        ),
        (
            "shadowfax",
            ("A1", "A2"),
            None,
            {"method": "POST", "path": "/api/v4/clients/bulk_track/", "json": {"awb_numbers": ["A1", "A2"]},
             "headers": {"Authorization": "Token secret"}},
        ),
        ("ekart", ("A/1?x",), None, {"method": "GET", "path": "/api/v1/track/A%2F1%3Fx"}),
        (
            "ecom_express",
            ("A1",),
            None,
            {"method": "POST", "path": "/track_me/api/mawbd/",
             "form": {"username": "us", "password": "hush", "awb": "A1"}},
        ),
    ],
)  # fmt: skip
def test_a_question_as_the_courier_takes_it(
    slug: str, awbs: tuple[str, ...], carrier: str | None, expected: dict[str, Any]
) -> None:
    request = tracking(slug).ask(Question(awbs, carrier), OWN, "secret")
    assert parts(request) == expected
    assert not any(word in repr(request) for word in ("secret", "hush", "A1", "A%2F1"))


def test_shiprockets_token_is_the_logins() -> None:
    login = tracking("shiprocket").login
    assert login is not None
    assert parts(login.request(OWN)) == {
        "method": "POST",
        "path": "/v1/external/auth/login",
        "json": {"email": "us", "password": "hush"},
    }
    assert login.token(b'{"token": "t", "email": "us"}') == "t"
    assert [login.token(body) for body in (b"", b"[]", b"{}", b'{"token": 1}', b'{"token": ""}')] == [
        None
    ] * 5
    assert login.hours == 240


def test_the_limits_that_couriers_publish() -> None:
    """Delhivery: 50 AWBs a call, 750 calls in 5 minutes, 403 means 30 s of silence; ClickPost 10, Shadowfax 50."""
    found = tracking("delhivery")
    assert (found.most_awbs, found.calls, found.seconds, found.waits[403]) == (50, 750, 300, 30)
    assert {slug: tracking(slug).most_awbs for slug in ("clickpost", "shadowfax", "shiprocket", "ekart")} == {
        "clickpost": 10, "shadowfax": 50, "shiprocket": 50, "ekart": 1,
    }  # fmt: skip


@pytest.mark.parametrize("courier", DESCRIBED, ids=lambda courier: courier.slug)
def test_every_description_is_whole(courier: Any) -> None:
    """Its address is given by the courier over TLS, its needs are settings, and its README says where it is from."""
    found = courier.tracking
    assert found.address.startswith("https://")
    assert set(found.needs) <= set(CourierSettings.model_fields)
    assert found.needs, "without a need it would be asked before anybody wanted it"
    assert found.evidence in EVIDENCE
    assert found.waits[429] >= 1
    assert "## Tracking API" in (courier.folder / "README.md").read_text()


def test_a_courier_without_its_settings_cannot_be_asked() -> None:
    assert tracking("delhivery").missing(CourierSettings()) == ["token"]
    assert tracking("clickpost").missing(CourierSettings(username="us")) == ["token"]
    assert tracking("ekart").missing(CourierSettings()) == ["base_url"]
    assert tracking("shiprocket").missing(OWN) == []


def test_the_setting_of_the_address_wins() -> None:
    assert tracking("delhivery").root(CourierSettings()) == "https://track.delhivery.com"
    assert tracking("delhivery").root(OWN) == "http://127.0.0.1:9"
