"""One call: what a status means, the login, and what is never said."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

import httpx2
import pytest

from apis import line as calling
from apis.clock import Clock
from couriers import registry
from couriers.tracking import Question
from poller.api import Api, Outcome, Result
from settings import CourierSettings, Settings
from tests.poller.conftest import SECRET

Handler = Callable[[httpx2.Request], httpx2.Response]
OWN = CourierSettings(token=SECRET, username="us", password=SECRET)


def outcomes(slug: str, handler: Handler, settings: Settings, calls: int = 1) -> list[Outcome]:
    """What becomes of so many calls of one API."""
    tracking = registry()[slug].tracking
    assert tracking is not None

    async def ask() -> list[Outcome]:
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(handler)) as client:
            api = Api(tracking, OWN, client, Clock(settings))
            return [await api.ask(Question(("A1",), "4")) for _ in range(calls)]

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("slug", "status", "expected"),
    [
        ("delhivery", 200, Result.answered),
        ("delhivery", 400, Result.answered),  # unknown waybills
        ("shadowfax", 400, Result.refused),  # more AWBs than it takes
        ("delhivery", 422, Result.refused),
        ("delhivery", 401, Result.failed),
        ("shadowfax", 403, Result.failed),
        ("delhivery", 301, Result.failed),
        ("delhivery", 500, Result.failed),
    ],
)
def test_what_a_status_means(settings: Settings, slug: str, status: int, expected: Result) -> None:
    (outcome,) = outcomes(slug, lambda _: httpx2.Response(status, content=b"said"), settings)
    assert (outcome.result, outcome.reason) == (expected, str(status))
    assert outcome.body == (b"said" if expected is Result.answered else b"")


@pytest.mark.parametrize(
    ("slug", "status", "retry_after", "seconds"),
    [
        ("delhivery", 403, None, 30),
        ("delhivery", 403, "90", 90),
        ("delhivery", 403, "5", 30),
        ("delhivery", 429, None, 60),
        ("shadowfax", 503, "Wed, 21 Oct 2026 07:28:00 GMT", 30),
        ("delhivery", 429, "²", 60),
        ("delhivery", 429, "9" * 5000, 60),
        ("delhivery", 429, "999999999", 86_400),
    ],
)
def test_how_long_to_wait(
    settings: Settings, slug: str, status: int, retry_after: str | None, seconds: int
) -> None:
    """What the server says, but no less than the courier's documents say."""
    headers = {"retry-after": retry_after.encode("latin-1")} if retry_after else {}
    (outcome,) = outcomes(slug, lambda _: httpx2.Response(status, headers=headers), settings)
    assert (outcome.result, outcome.seconds) == (Result.wait, seconds)


def test_a_login_is_for_many_calls_and_renewed_when_it_is_refused(settings: Settings) -> None:
    logins, seen = 0, []

    def handler(request: httpx2.Request) -> httpx2.Response:
        nonlocal logins
        if request.url.path.endswith("/auth/login"):
            logins += 1
            assert json.loads(request.content) == {"email": "us", "password": "hush"}
            return httpx2.Response(200, json={"token": f"t{logins}"})
        seen.append(request.headers["authorization"])
        return httpx2.Response(401 if len(seen) == 2 else 200, content=b"{}")

    found = outcomes("shiprocket", handler, settings, calls=4)
    assert [one.result for one in found] == [Result.answered, Result.failed, Result.answered, Result.answered]
    assert seen == ["Bearer t1", "Bearer t1", "Bearer t2", "Bearer t2"]


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [(403, b"", "login 403"), (400, b"", "login 400"), (200, b"{}", "login without a token")],
)
def test_without_a_login_nothing_is_asked(settings: Settings, status: int, body: bytes, reason: str) -> None:
    (outcome,) = outcomes("shiprocket", lambda _: httpx2.Response(status, content=body), settings)
    assert (outcome.result, outcome.reason) == (Result.failed, reason)


@pytest.mark.parametrize("status", [200, 403])
def test_calls_of_one_instant_share_one_login(settings: Settings, status: int) -> None:
    """Whether it is taken or refused: the pace counts calls, not logins."""
    logins = 0
    tracking = registry()["shiprocket"].tracking
    assert tracking is not None

    async def handler(request: httpx2.Request) -> httpx2.Response:
        nonlocal logins
        if request.url.path.endswith("/auth/login"):
            logins += 1
            await asyncio.sleep(0.05)
            return httpx2.Response(status, json={"token": "t"})
        return httpx2.Response(200, content=b"{}")

    async def ask() -> list[Outcome]:
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(handler)) as client:
            api = Api(tracking, OWN, client, Clock(settings))
            return await asyncio.gather(*(api.ask(Question(("A1",), "4")) for _ in range(4)))

    found = asyncio.run(ask())
    assert logins == 1
    assert {one.result for one in found} == {Result.answered if status == 200 else Result.failed}


def test_an_answer_without_end_is_not_taken(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "MOST_BYTES", 10)
    (outcome,) = outcomes("delhivery", lambda _: httpx2.Response(200, content=bytes(11)), settings)
    assert (outcome.result, outcome.reason) == (Result.refused, "too large")
    (outcome,) = outcomes("delhivery", lambda _: httpx2.Response(200, content=bytes(10)), settings)
    assert outcome.result is Result.answered


def test_a_broken_connection_is_told_by_its_kind_alone(settings: Settings) -> None:
    def breaks(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError(f"nobody at {request.url}")

    (outcome,) = outcomes("clickpost", breaks, settings)
    assert (outcome.result, outcome.reason) == (Result.failed, "ConnectError")
    assert "hush" not in repr(outcome)


def test_an_address_that_is_none_costs_no_loop(settings: Settings) -> None:
    tracking = registry()["delhivery"].tracking
    assert tracking is not None

    async def ask() -> Outcome:
        async with httpx2.AsyncClient() as client:
            own = CourierSettings(token=SECRET, base_url="nonsense")
            return await Api(replace(tracking), own, client, Clock(settings)).ask(Question(("A1",)))

    assert asyncio.run(ask()).result is Result.failed
