"""What couriers' folders send, the desks take: over HTTP each call is accepted and has exactly one effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from couriers import registry
from couriers.actions import Actions, Answer, Order, Verdict
from couriers.tracking import Request
from settings import CourierSettings
from simulator.serving import Network, served
from tests.couriers.orders import FULL
from tests.simulator.desks import NOW, TOMORROW, Watched, office

ACTIONS: dict[str, Actions] = {slug: one.actions for slug, one in registry().items() if one.actions}
WANTED = ("reattempt", "rto", "update_details", "fake_attempt", "hold")
OWN = CourierSettings(username="us", password=SecretStr("hush"), token=SecretStr("key"), account="acct")
#: The words of the effects, by the names of the calls where they differ.
EFFECTS = {
    **dict.fromkeys(("edit", "change_phone", "change_address"), "update_details"),
    "hold": "reattempt",
}
#: Codes from which Shadowfax goes again and returns.
HELD = {"shadowfax": {"native_code": "on_hold", "status": None}}


@dataclass
class Counter:
    """A courier's desk over HTTP, asked as its folder says."""

    slug: str
    actions: Actions
    watched: Watched
    client: httpx2.Client
    root: str
    token: str = "key"  # noqa: S105

    def ask(self, request: Request) -> tuple[int, bytes]:
        """The status and the body."""
        answer = self.client.request(
            request.method, self.root + request.path, params=dict(request.params) or None,
            headers=dict(request.headers), json=request.json,
            data=dict(request.form) if request.form is not None else None,
        )  # fmt: skip
        return answer.status_code, answer.content

    def log_in(self) -> None:
        """Get the token, where one is asked for."""
        if self.actions.login:
            _, body = self.ask(self.actions.login.request(OWN))
            token = self.actions.login.token(body)
            assert token
            self.token = token

    def send(self, name: str, orders: Sequence[Order]) -> list[Answer]:
        """What the courier says of each order of a call, at last."""
        call = self.actions.by_name[name]
        answers = call.read(orders, *self.ask(call.ask(orders, OWN, self.token)))
        return [self._settled(name, *each) for each in zip(orders, answers, strict=True)]

    def _settled(self, name: str, order: Order, answer: Answer) -> Answer:
        return self.back(name, order, answer.reference) if answer.verdict is Verdict.processing else answer

    def back(self, name: str, order: Order, reference: str | None = None) -> Answer:
        """What reading back says of an order that was sent at NOW."""
        back = self.actions.by_name[name].read_back
        assert back is not None
        return back.read(order, NOW, *self.ask(back.ask(order, reference, OWN, self.token)))


@pytest.fixture
def counter(request: pytest.FixtureRequest) -> Iterator[Counter]:
    """The desk of the courier that the test is for, with three parcels that failed an hour ago."""
    slug: str = request.getfixturevalue("slug")
    one = office()
    failed_at = (NOW - timedelta(hours=1)).isoformat()
    for awb in ("AW1", "AW2", "AW3"):
        parcel: dict[str, Any] = {
            "courier": slug,
            "awb": awb,
            "status": "failed_delivery",
            "attempts": 1,
            "at": failed_at,
        }
        one.store.put(parcel | HELD.get(slug, {}))
    network = Network(one.office.faults, slow=0, hold=0)
    with served(one.office.answer, 0, network) as port, httpx2.Client() as client:
        found = Counter(slug, ACTIONS[slug], one, client, f"http://127.0.0.1:{port}/{slug}")
        found.log_in()
        yield found


def _order(action: str, awb: str = "AW1", **held: Any) -> Order:
    return Order(f"id-{awb}", awb, action, **{"requested_on": TOMORROW, "carrier": "4", **held})


def _plans(held: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (slug, action)
        for slug in sorted(ACTIONS)
        for action in WANTED
        if ACTIONS[slug].plan(_order(action, **held))
    ]


DETAILS = {**FULL, "requested_on": TOMORROW}


@pytest.mark.parametrize(("slug", "action"), _plans(DETAILS))
@pytest.mark.parametrize(
    "held", [{"proof": FULL["proof"], "phone": "9000000001"}, DETAILS], ids=["little", "full"]
)
def test_each_call_of_a_plan_is_taken_and_has_one_effect(
    counter: Counter, slug: str, action: str, held: dict[str, Any]
) -> None:
    order = _order(action, **held)
    names = counter.actions.plan(order)
    assert names
    for name in names:
        assert [answer.verdict for answer in counter.send(name, [order])] == [Verdict.accepted]
    effects = counter.watched.effects
    assert [each.action for each in effects] == [EFFECTS.get(name, name) for name in names]
    assert {(each.courier, each.awb) for each in effects} == {(slug, "AW1")}
    assert {each.on for each in effects} <= {None, TOMORROW}
    carries_date = slug not in ("delhivery", "shadowfax")
    assert any(each.on for each in effects) == (
        carries_date and action != "rto" and effects[-1].action != "update_details"
    )
    assert counter.watched.words == []


def test_every_courier_that_can_be_told_has_a_desk() -> None:
    assert len(ACTIONS) == 10
    assert {slug for slug, _ in _plans(DETAILS)} == set(ACTIONS)


@pytest.mark.parametrize(
    "slug", sorted(slug for slug, one in ACTIONS.items() if one.by_name["reattempt"].most > 1)
)
def test_orders_of_one_call_are_judged_one_by_one(counter: Counter, slug: str) -> None:
    """The delivered one is refused, whatever its neighbours get."""
    counter.watched.store.scan({"courier": slug, "awb": "AW2", "status": "delivered"})
    orders = [_order("reattempt", awb) for awb in ("AW1", "AW2", "AW3")]
    assert [one.verdict for one in counter.send("reattempt", orders)] == ["accepted", "rejected", "accepted"]
    assert sorted(each.awb for each in counter.watched.effects) == ["AW1", "AW3"]


@pytest.mark.parametrize("slug", sorted(ACTIONS))
@pytest.mark.parametrize(("status", "reasons"), [
    ("delivered", {"already_delivered", "ineligible_status"}),
    ("rto_in_transit", {"already_rto", "ineligible_status"}),
    ("out_for_delivery", {"ineligible_status"}),
])  # fmt: skip
def test_a_refusal_is_understood(counter: Counter, slug: str, status: str, reasons: set[str]) -> None:
    counter.watched.store.scan({"courier": slug, "awb": "AW1", "status": status})
    (answer,) = counter.send("reattempt", [_order("reattempt")])
    assert answer.verdict is Verdict.rejected and answer.reason in reasons, answer.said
    assert counter.watched.effects == []


@pytest.mark.parametrize("slug", sorted(ACTIONS))
@pytest.mark.parametrize("fault", ["error_after", "garbled_after", "error_before"])
def test_what_an_answer_does_not_say_is_unknown(counter: Counter, slug: str, fault: str) -> None:
    """Whether or not it took place; where it can be read back without a reference, that says whether it did."""
    call = counter.actions.by_name["reattempt"]
    counter.watched.office.faults.force(slug, fault)  # type: ignore[arg-type]
    (answer,) = call.read(
        [_order("reattempt")], *counter.ask(call.ask([_order("reattempt")], OWN, counter.token))
    )
    assert answer.verdict is Verdict.unknown
    assert len(counter.watched.effects) == (fault != "error_before")
    if call.read_back and not call.read_back.needs_reference:
        found = counter.back("reattempt", _order("reattempt")).verdict
        assert found is (Verdict.absent if fault == "error_before" else Verdict.unknown)


@pytest.mark.parametrize("slug", sorted(ACTIONS))
@pytest.mark.parametrize("fault", ["too_many", "too_many_without_word", "firewall"])
def test_who_is_turned_away_may_come_again(counter: Counter, slug: str, fault: str) -> None:
    counter.watched.office.faults.force(slug, fault)  # type: ignore[arg-type]
    call = counter.actions.by_name["reattempt"]
    status, body = counter.ask(call.ask([_order("reattempt")], OWN, counter.token))
    (answer,) = call.read([_order("reattempt")], status, body)
    assert answer.verdict is Verdict.later or status in counter.actions.waits
    assert counter.watched.effects == []


@pytest.mark.parametrize("slug", ["delhivery"])
def test_a_job_that_is_not_done_is_asked_about_again(counter: Counter, slug: str) -> None:
    counter.watched.books.settle_seconds = 60
    (answer,) = counter.send("reattempt", [_order("reattempt")])
    assert answer.verdict is Verdict.processing and counter.watched.effects == []
    lost = counter.back("reattempt", _order("reattempt"), "UPL0")
    assert replace(lost, said=None) == Answer(Verdict.unknown)
