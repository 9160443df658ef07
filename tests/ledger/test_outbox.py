"""The outbox: what is wanted, what may leave, what came of it; on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ledger.action_events import after
from ledger.database import Ledger
from ledger.entries import Entry, enter
from ledger.outbox import Claim, State, Step, begin, due, due_to_read_back, of_parcel, settle, tidy
from ledger.receipts import DOCUMENT, PUSH, Receipt, keep
from ledger.wanted import Basis, Wanted, basis, bring_in_step
from tests.ledger.test_database import NOW

BUILD = Basis("b1", NOW, 0, 0)
MINUTE = timedelta(minutes=1)
CONTENT = {
    "action": "reattempt",
    "source": "customer",
    "instructed_at": "2026-03-01T10:00:00+05:30",
    "order": {},
}
ONE = Wanted("a1", "delhivery", "AW1", "delhivery", CONTENT, 1, NOW)
CLAIM = Claim("me", NOW, NOW + MINUTE)


def want(ledger: Ledger, *wanted: Wanted, build: Basis = BUILD) -> dict[str, int]:
    counts = bring_in_step(ledger, build, wanted, NOW)
    return {name: count for name, count in counts.items() if count}


def state(ledger: Ledger, awb: str = "AW1") -> str:
    return str(of_parcel(ledger, "delhivery", awb)[-1].state)


def step(word: State, **more: Any) -> Step:
    return replace(Step("a1", "me", 1, word, NOW, NOW + MINUTE), **more)


def told(ledger: Ledger) -> list[tuple[Any, ...]]:
    names = ("action_id", "submitted_at", "responded_at", "result", "result_reason", "courier_reference")
    return [tuple(event.content[name] for name in names) for event in after(ledger, 0, 99)]


def begun(
    ledger: Ledger, claim: Claim = CLAIM, ids: Sequence[str] = ("a1",), checked_to: int = 0
) -> list[str]:
    return [row.action_id for row in begin(ledger, ids, claim, checked_to)]


def test_what_a_build_wants_is_wanted_once(ledger: Ledger) -> None:
    assert want(ledger, ONE) == {"new": 1}
    assert want(ledger, ONE) == {"same": 1}
    assert want(ledger, replace(ONE, priority=2), build=replace(BUILD, build_id="b2")) == {"changed": 1}
    assert basis(ledger) == replace(BUILD, build_id="b2")
    assert [row.priority for row in due(ledger, "delhivery", NOW, 9)] == [2]


def test_an_older_build_changes_nothing(ledger: Ledger) -> None:
    want(ledger, ONE)
    assert want(ledger, build=replace(BUILD, as_of=NOW - timedelta(microseconds=1))) == {}
    assert state(ledger) == "waiting"


def test_what_is_wanted_no_more_is_withdrawn_and_may_come_back(ledger: Ledger) -> None:
    want(ledger, ONE)
    assert want(ledger) == {"withdrawn": 1}
    assert (state(ledger), due(ledger, "delhivery", NOW, 9), begun(ledger)) == ("withdrawn", [], [])
    assert want(ledger, ONE) == {"new": 1}
    assert begun(ledger) == ["a1"]


def test_what_never_arrived_and_is_wanted_no_more_failed(ledger: Ledger) -> None:
    """The warehouse was told that it is unclear, and would say so for ever."""
    want(ledger, ONE)
    begun(ledger)
    settle(ledger, [step(State.unknown)])
    settle(ledger, [step(State.waiting, claim="")])
    begin_again = Claim("me", NOW + MINUTE, NOW + 2 * MINUTE)
    due_to_read_back(ledger, "delhivery", begin_again, 9)
    settle(ledger, [step(State.waiting)])
    assert state(ledger) == "waiting"
    assert want(ledger) == {"withdrawn": 1}
    assert (state(ledger), [event[3:5] for event in told(ledger)]) == (
        "rejected", [("unknown", None), ("rejected", "expired")],
    )  # fmt: skip


def test_what_was_begun_is_not_withdrawn(ledger: Ledger) -> None:
    want(ledger, ONE)
    begun(ledger)
    assert want(ledger) == {}
    assert state(ledger) == "sending"


def test_what_cannot_be_asked_is_refused_and_told(ledger: Ledger) -> None:
    assert want(ledger, replace(ONE, refused="unsupported")) == {"refused": 1}
    assert want(ledger, replace(ONE, refused="unsupported")) == {"same": 1}
    assert told(ledger) == [("a1", None, NOW.isoformat(), "rejected", "unsupported", None)]


def test_the_most_urgent_goes_first_and_none_before_its_release(ledger: Ledger) -> None:
    late = replace(ONE, action_id="a2", awb="AW2", release_at=NOW + MINUTE, priority=0)
    other = replace(ONE, action_id="a3", awb="AW3", booked_with="shiprocket")
    urgent = replace(ONE, action_id="a4", awb="AW4", priority=0)
    want(ledger, ONE, late, other, urgent)
    assert [row.action_id for row in due(ledger, "delhivery", NOW, 9)] == ["a4", "a1"]
    assert [row.action_id for row in due(ledger, "delhivery", NOW + MINUTE, 1)] == ["a4"]
    assert [row.action_id for row in due(ledger, "delhivery", NOW + MINUTE, 9)] == ["a4", "a2", "a1"]


def test_one_of_several_begins(ledger: Ledger) -> None:
    want(ledger, ONE)
    assert begun(ledger) == ["a1"]
    assert begun(ledger, replace(CLAIM, by="another")) == []


@pytest.mark.parametrize("body", [b'{"awb": "AW1"}', b"<AWB>aw1</AWB>"])
def test_nothing_leaves_on_news_that_the_build_has_not_seen(ledger: Ledger, body: bytes) -> None:
    want(ledger, ONE)
    (kept,) = keep(ledger, [Receipt("delhivery", PUSH, body, NOW, {})])
    assert begun(ledger) == []
    assert begun(ledger, checked_to=kept.id) == ["a1"]


def test_a_build_that_holds_the_news_lets_it_go(ledger: Ledger) -> None:
    (kept,) = keep(ledger, [Receipt("delhivery", PUSH, b"AW1", NOW, {})])
    want(ledger, ONE, build=replace(BUILD, receipt_id=kept.id))
    assert begun(ledger) == ["a1"]


def test_news_of_another_parcel_and_documents_hold_up_nothing(ledger: Ledger) -> None:
    want(ledger, ONE)
    keep(
        ledger, [Receipt("delhivery", PUSH, b"AW2", NOW, {}), Receipt("delhivery", DOCUMENT, b"AW1", NOW, {})]
    )
    assert begun(ledger) == ["a1"]


def test_an_entry_that_the_build_has_not_seen_holds_it_up(ledger: Ledger) -> None:
    want(ledger, ONE)
    enter(ledger, Entry("delhivery", "aw1", "operations", "Asha", "undo", {}, NOW, NOW))
    assert begun(ledger) == []
    want(ledger, ONE, build=replace(BUILD, entry_id=1))
    assert begun(ledger) == ["a1"]


def test_an_answer_is_kept_and_told_once(ledger: Ledger) -> None:
    want(ledger, ONE)
    begun(ledger)
    assert settle(ledger, [step(State.accepted, reference="UPL1")]) == 1
    assert settle(ledger, [step(State.rejected, reason="expired")]) == 0
    assert state(ledger) == "accepted"
    assert told(ledger) == [("a1", NOW.isoformat(), NOW.isoformat(), "accepted", None, "UPL1")]


def test_the_next_call_of_a_plan_waits_again(ledger: Ledger) -> None:
    want(ledger, ONE)
    begun(ledger)
    settle(ledger, [step(State.waiting, is_step_done=True, next_at=NOW)])
    (row,) = due(ledger, "delhivery", NOW, 9)
    assert (row.step, row.tries, told(ledger)) == (1, 1, [])
    assert begun(ledger) == ["a1"]


def test_another_order_in_the_middle_of_a_plan_begins_it_anew(ledger: Ledger) -> None:
    """An address that is corrected once more must reach the courier; another priority changes nothing."""
    want(ledger, ONE)
    begun(ledger)
    settle(ledger, [step(State.waiting, is_step_done=True, next_at=NOW)])
    want(ledger, replace(ONE, priority=2))
    assert of_parcel(ledger, "delhivery", "AW1")[0].step == 1
    want(ledger, replace(ONE, content={**CONTENT, "order": {"address": "15 MG Road"}}))
    assert of_parcel(ledger, "delhivery", "AW1")[0].step == 0


def test_an_order_that_is_released_later_by_now_does_not_leave(ledger: Ledger) -> None:
    want(ledger, replace(ONE, release_at=NOW + MINUTE))
    assert begun(ledger) == []


def test_who_dies_leaves_an_order_unknown_and_not_to_be_sent(ledger: Ledger) -> None:
    want(ledger, ONE)
    begun(ledger)
    assert tidy(ledger, NOW + MINUTE - timedelta(microseconds=1)) == {"unknown": 0, "expired": 0}
    assert tidy(ledger, NOW + MINUTE) == {"unknown": 1, "expired": 0}
    assert tidy(ledger, NOW + MINUTE) == {"unknown": 0, "expired": 0}
    assert due(ledger, "delhivery", NOW + 9 * MINUTE, 9) == []
    assert told(ledger) == [("a1", NOW.isoformat(), None, "unknown", "sender_died", None)]


def test_a_plain_word_counts_whenever_it_comes_and_nothing_else_does(ledger: Ledger) -> None:
    want(ledger, ONE)
    begun(ledger)
    tidy(ledger, NOW + MINUTE)
    settle(ledger, [step(State.waiting)])
    assert state(ledger) == "unknown"
    settle(ledger, [step(State.accepted)])
    assert state(ledger) == "accepted"


def test_a_late_word_to_an_earlier_try_settles_no_later_one(ledger: Ledger) -> None:
    want(ledger, ONE)
    begun(ledger)
    settle(ledger, [step(State.waiting, next_at=NOW)])
    begun(ledger, replace(CLAIM, by="another"))
    settle(ledger, [step(State.rejected, reason="expired")])
    assert state(ledger) == "sending"


def test_unknown_orders_are_read_back_by_one_at_a_time(ledger: Ledger) -> None:
    want(ledger, ONE)
    begun(ledger)
    settle(ledger, [step(State.processing, reference="UPL1")])
    early, first = (Claim(by, at, at + MINUTE) for by, at in (("x", NOW), ("y", NOW + MINUTE)))
    assert due_to_read_back(ledger, "delhivery", early, 9) == []
    assert [row.reference for row in due_to_read_back(ledger, "delhivery", first, 9)] == ["UPL1"]
    assert due_to_read_back(ledger, "delhivery", replace(first, by="z"), 9) == []
    later = Claim("z", NOW + 2 * MINUTE, NOW + 3 * MINUTE)
    assert len(due_to_read_back(ledger, "delhivery", later, 9)) == 1
    settle(ledger, [step(State.accepted, claim="z", reference=None)])
    assert of_parcel(ledger, "delhivery", "aw1")[0].reference == "UPL1"
    assert [event[3:5] for event in told(ledger)] == [("unknown", "processing"), ("accepted", None)]


def test_what_comes_too_late_is_refused_with_the_reason_that_held_it_up(ledger: Ledger) -> None:
    soon = replace(ONE, expires_at=NOW + MINUTE)
    held = replace(soon, action_id="a2", awb="AW2")
    want(ledger, soon, held)
    begun(ledger, ids=["a2"])
    settle(ledger, [step(State.waiting, action_id="a2", reason="unauthorised")])
    assert begun(ledger, Claim("late", NOW + MINUTE, NOW + 2 * MINUTE), ["a1", "a2"]) == []
    assert tidy(ledger, NOW + MINUTE) == {"unknown": 0, "expired": 2}
    assert [event[4] for event in told(ledger)] == ["expired", "unauthorised"]
