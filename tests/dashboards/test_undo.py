"""A decision can be taken back until its release, everywhere it was entered, and counts as never given from then on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from couriers import registry
from dashboards.entering import abilities, undoing
from dashboards.views import on_its_way
from dashboards.views.progress import where
from ledger import entries, outbox
from ledger.database import open_ledger
from ledger.outbox import Claim, State, Step, begin, settle
from ledger.outbox_health import RAISED_AFTER
from ledger.wanted import Basis, Wanted, bring_in_step
from settings import get_settings
from tests.dashboards import test_entering
from tests.dashboards.test_entering import click, kept, said, start, typed

case = test_entering.case
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def slow_release(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NDR_UNDO_SECONDS", "600")


def decided(**changes: Any) -> dict[str, Any]:
    """An agent's decision that the build does not hold yet."""
    return {
        "id": 1, "source": "operations", "kind": "hold", "author": "asha", "given_at": NOW, "received_at": NOW,
        "content": {}, "is_waiting": True, "is_taken_back": False, **changes,
    }  # fmt: skip


def test_undo_writes_what_it_undoes_and_nothing_is_on_its_way_any_more(case: dict[str, Any]) -> None:
    app = click(click(start(case), "Answered …"), "Come again")
    typed(app, "phone").input("98450 12345")
    click(app, "Save")
    assert "can be taken back until" in said(app) and "Kept: Chose another attempt" in said(app)
    click(app, "Undo")
    ledger = open_ledger(get_settings())
    given, undo = entries.of_parcel(ledger, case["courier"], case["awb"])
    assert (undo.source, undo.author, undo.kind) == ("operations", "asha", "undo")
    assert undo.content["undoes"] == "reattempt"
    assert datetime.fromisoformat(undo.content["given_at"]) == given.given_at
    told = said(app)
    assert "Taken back: Chose another attempt: call answered" in told
    assert "can be taken back until" not in told and 'href="tel:9845012345"' not in told
    assert "Undo" not in [button.label for button in app.button]


def test_a_decision_for_all_parcels_of_a_customer_is_taken_back_for_all(case: dict[str, Any]) -> None:
    app = start(case)
    typed(app, "all").check()
    click(click(click(app, "Decide without a call …"), "Hold"), "Save")
    assert "for 2 parcels: can be taken back" in said(app)
    click(app, "Undo")
    ledger = open_ledger(get_settings())
    undone = [row for row in entries.after(ledger, 0, 9) if row.kind == "undo"]
    assert len({(row.courier, row.awb) for row in undone}) == 2


def test_after_the_release_nothing_is_taken_back(
    case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = click(click(click(start(case), "Decide without a call …"), "Hold"), "Save")
    monkeypatch.setattr(undoing, "can_be_undone", lambda *_: False)
    (button,) = [button for button in app.button if button.label == "Undo"]
    button.click().run()
    assert kept(case["courier"], case["awb"]) == [("asha", "hold", None)]


@pytest.mark.parametrize(
    ("changes", "can"),
    [
        ({}, True),
        ({"kind": "follow_up"}, False),
        ({"source": "customer", "kind": "reattempt"}, False),
        ({"is_taken_back": True}, False),
        ({"given_at": NOW - timedelta(seconds=600)}, False),
        ({"given_at": NOW - timedelta(seconds=50), "content": {"undo_seconds": 60}}, True),
        ({"given_at": NOW - timedelta(seconds=60), "content": {"undo_seconds": 60}}, False),
    ],
)
def test_only_a_decision_of_ours_can_be_taken_back_and_only_in_time(
    changes: dict[str, Any], can: bool
) -> None:
    get_settings.cache_clear()
    assert undoing.can_be_undone(decided(**changes), NOW) is can


def test_what_is_taken_back_neither_stands_nor_corrects() -> None:
    told = [decided(is_taken_back=True, content={"new_phone": "9845012345"}), decided(kind="undo")]
    assert on_its_way.decision(told) is None
    assert on_its_way.with_corrections({"new_phone": None}, told) == {"new_phone": None}
    assert [row["summary"] for row in on_its_way.events(told, NOW)] == ["Taken back: Put on hold"]


ORDER = {"state": "waiting", "action": "reattempt", "requested_on": "2026-11-24", "reason": None,
         "release_at": NOW, "next_at": NOW + timedelta(hours=7), "changed_at": NOW}  # fmt: skip


def at(
    told: list[Any], orders: list[Any], stage: str = "new", asked: tuple[Any, ...] = ()
) -> tuple[str, str]:
    return where(
        {"stage": stage}, told, orders, asked, name="Ekart", build_at=NOW - timedelta(hours=1), now=NOW
    )


def test_the_pills_go_from_the_ledger_to_the_outbox_to_the_build() -> None:
    assert at([decided()], [ORDER])[0] == "On its way"
    assert at([], [ORDER]) == ("Processed", "Reattempt waits for the courier: goes out today 21:30.")
    assert "read back" in at([], [{**ORDER, "state": "unknown"}])[1]
    accepted = {**ORDER, "state": "accepted"}
    assert at([], [accepted]) == ("Mailed", "Ekart accepted, comes 24 Nov.")
    refused = {**ORDER, "state": "rejected", "reason": "ineligible_status"}
    assert at([], [refused])[1].startswith("Ekart: not at this status. It goes again by itself")
    # What the build knows by now is the build's to tell.
    old = {**accepted, "changed_at": NOW - timedelta(hours=2)}
    assert at([], [old]) == ("", "")
    mailed = {
        "submission": "submitted",
        "action": "reattempt",
        "requested_on": NOW.date() + timedelta(days=1),
    }
    assert at([], [old], "mailed", (mailed,)) == ("Mailed", "Ekart accepted, comes tomorrow.")


def test_an_agent_is_told_what_a_courier_can_carry_before_it_is_sent() -> None:
    told = abilities.carried("reattempt", "delhivery", "Delhivery", NOW)
    assert "Delhivery takes no date: it comes the next day." in told
    assert "A new address goes as a change of its own." in told
    assert "It cannot be told a new pincode: call the courier for that." in told
    assert abilities.carried("reattempt", "ekart", "Ekart", NOW)[0] == "Ekart takes a day up to 29 Nov."
    assert "knows no hold" in abilities.carried("hold", "ekart", "Ekart", NOW)[0]
    assert "held back by us" in abilities.carried("hold", "delhivery", "Delhivery", NOW)[0]
    assert "a dispute" in abilities.carried("mark_delivered", "ekart", "Ekart", NOW)[0]


def test_what_a_courier_cannot_be_asked_at_all_is_off_and_says_what_to_do_instead(
    case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "portal" in abilities.impossible("rto", "nimbuspost", "NimbusPost")
    assert not abilities.impossible("rto", "ekart", "Ekart")
    monkeypatch.setattr("dashboards.entering.drafts.booked_with", lambda _: "nimbuspost")
    app = click(start(case), "Decide without a call …")
    off = {button.label: button.disabled for button in app.button}
    assert off["Return it"] and not off["Come again"]
    assert "has no way to be asked for this: return it." in said(app)


def test_a_claim_of_a_fake_attempt_is_kept_with_its_proof(case: dict[str, Any]) -> None:
    app = click(click(start(case), "Answered …"), "Nobody came")
    click(app, "Save")
    assert "A claim needs its proof" in said(app) and kept(case["courier"], case["awb"]) == []
    typed(app, "proof").input("https://example.in/door-camera")
    click(app, "Save")
    (row,) = entries.of_parcel(open_ledger(get_settings()), case["courier"], case["awb"])
    assert row.content["proof"] == "https://example.in/door-camera"
    assert row.content["remark"] == "Proof: https://example.in/door-camera"


@pytest.mark.parametrize(
    ("label", "state"),
    [("Delhivery has it", "accepted"), ("Delhivery does not have it: send it again", "waiting")],
)
def test_what_the_courier_said_of_an_unclear_order_settles_it(
    case: dict[str, Any], label: str, state: str
) -> None:
    """The buttons name whom to ask, and are gone once it is settled."""
    ledger, now = open_ledger(get_settings()), get_settings().now()
    name = registry()[case["courier"]].name
    content = {"action": "reattempt", "source": "operations", "instructed_at": now.isoformat(), "order": {}}
    wanted = Wanted("a1", case["courier"], case["awb"], case["courier"], content, 1, now)
    bring_in_step(ledger, Basis("b", now, 0, 0), [wanted], now)
    begin(ledger, ["a1"], Claim("me", now, now), 0)
    settle(ledger, [Step("a1", "me", 1, State.unknown, now, now)])
    app = start(case)
    assert "It is not known whether" in said(app)
    click(app, label.replace("Delhivery", name))
    assert [str(row.state) for row in outbox.of_parcel(ledger, case["courier"], case["awb"])] == [state]
    assert "It is not known whether" not in said(app)


@pytest.mark.parametrize(
    ("ago", "is_asked"), [(RAISED_AFTER - timedelta(minutes=1), False), (RAISED_AFTER, True)]
)
def test_what_a_courier_works_on_for_hours_can_be_settled_by_a_person(
    case: dict[str, Any], ago: timedelta, is_asked: bool
) -> None:
    ledger, at = open_ledger(get_settings()), get_settings().now() - ago
    content = {"action": "reattempt", "source": "operations", "instructed_at": at.isoformat(), "order": {}}
    wanted = Wanted("a1", case["courier"], case["awb"], case["courier"], content, 1, at)
    bring_in_step(ledger, Basis("b", at, 0, 0), [wanted], at)
    begin(ledger, ["a1"], Claim("me", at, at), 0)
    settle(ledger, [Step("a1", "me", 1, State.processing, at, at + timedelta(days=1))])
    assert ("It is not known whether" in said(start(case))) == is_asked
