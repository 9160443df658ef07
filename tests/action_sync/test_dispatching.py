"""Orders to a courier: each effect once, whatever goes wrong on the way; on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from action_sync.sending import Sender
from couriers.actions import Order
from couriers.tracking import Request
from ledger.action_events import after
from ledger.errors import LedgerUnavailable
from ledger.lanes import Lane, all_lanes, hold
from ledger.outbox import Claim, begin, of_parcel
from ledger.outbox import settle as outbox_settle
from ledger.receipts import PUSH, Receipt, keep
from ledger.tables import outbox
from settings import CourierSettings
from tests.action_sync.conftest import World
from tests.action_sync.courier import FAULTS, actions


def told(world: World) -> list[tuple[str, str | None]]:
    return [(one.content["result"], one.content["result_reason"]) for one in after(world.ledger, 0, 9999)]


def test_orders_are_given_once_in_calls_of_several(world: World) -> None:
    world.want(1, 2, 3, 4)
    world.run()
    assert set(world.states().values()) == {"accepted"}
    assert sorted(world.courier.effects) == [(f"a{number}", "visit") for number in (1, 2, 3, 4)]
    assert world.courier.calls == ["visit", "visit"]
    assert told(world) == [("accepted", None)] * 4


def test_a_refusal_is_told_and_costs_no_other_order(world: World) -> None:
    world.courier.verdicts = {"AW1": "rejected"}
    world.want(1, 2)
    world.run()
    assert world.states() == {"AW1": "rejected", "AW2": "accepted"}
    assert sorted(told(world)) == [("accepted", None), ("rejected", "ineligible_status")]


@pytest.mark.parametrize("fault", [name for name in FAULTS if name not in ("422", "silence")])
def test_one_effect_whatever_goes_wrong(world: World, fault: str) -> None:
    """Where nothing was done it is done later; where it was it is found out, and not done again."""
    world.courier.faults = [fault]
    world.want(1)
    world.run()
    assert world.states() == {"AW1": "accepted"}
    assert world.courier.effects == [("a1", "visit")]


def test_what_is_unclear_is_told_as_unknown_until_it_is_read_back(world: World) -> None:
    world.courier.faults = ["silence_after"]
    world.want(1)
    world.run()
    assert told(world) == [("unknown", None), ("accepted", "read_back")]
    assert world.courier.calls == ["visit", "back"]


def test_a_call_that_is_refused_refuses_its_orders(world: World) -> None:
    world.courier.faults = ["422"]
    world.want(1)
    world.run()
    assert (world.states(), told(world)) == ({"AW1": "rejected"}, [("rejected", "invalid_request")])


def test_a_plan_of_two_calls_goes_on_where_it_was(world: World) -> None:
    """The second is lost on its way; the first is not repeated."""
    world.courier.faults = ["", "drop"]
    world.want(1, address="14 MG Road")
    world.run()
    assert world.courier.effects == [("a1", "edit"), ("a1", "visit")]
    assert world.states() == {"AW1": "accepted"}


def test_an_order_that_the_courier_cannot_be_given_is_refused(world: World) -> None:
    world.want(1, action="rto")
    world.run()
    assert told(world) == [("rejected", "unsupported")]
    assert world.courier.calls == []


def test_nothing_leaves_on_news_that_the_build_has_not_seen(world: World) -> None:
    world.want(1, 2)
    (kept,) = keep(world.ledger, [Receipt("delhivery", PUSH, b'{"awb": "AW1"}', world.settings.now(), {})])
    world.run(quiet=0.5)
    assert world.states() == {"AW1": "waiting", "AW2": "accepted"}
    world.want(2, receipt_id=kept.id)
    world.run()
    assert world.states()["AW1"] == "withdrawn"
    assert world.courier.effects == [("a2", "visit")]


def test_who_died_while_sending_left_an_order_that_is_read_back(world: World) -> None:
    """Twice: once before the courier had it, once after."""
    world.want(1, 2)
    now = world.settings.now()
    begin(world.ledger, ["a1", "a2"], Claim("the dead", now, now + timedelta(seconds=1)), 0)
    world.courier.effects = [("a1", "visit")]
    world.run()
    assert world.states() == {"AW1": "accepted", "AW2": "accepted"}
    assert sorted(world.courier.effects) == [("a1", "visit"), ("a2", "visit")]


def test_several_dispatchers_give_each_order_once(world: World) -> None:
    world.want(*range(1, 121))
    world.courier.faults = ["429", "drop_after", "", "500_after", "garbage", "", "drop"] * 2
    world.run(dispatchers=3)
    assert Counter(world.states().values()) == {"accepted": 120}
    assert Counter(Counter(world.courier.effects).values()) == {1: 120}


def test_a_lane_that_another_holds_is_left_alone(world: World) -> None:
    world.want(1)
    now = world.settings.now()
    hold(world.ledger, "delhivery", "another", now, now + timedelta(hours=1))
    world.run(quiet=0.5)
    assert (world.states(), world.courier.calls) == ({"AW1": "waiting"}, [])


def test_calls_that_fail_in_a_row_silence_the_lane_which_then_tries_one(world: World) -> None:
    world.courier.faults = ["500"] * 99
    world.want(*range(1, 31))
    world.run(until=lambda: any(lane.trouble >= 3 for lane in all_lanes(world.ledger)))
    (lane,) = all_lanes(world.ledger)
    assert lane == Lane("delhivery", None, None, lane.paused_until, lane.trouble, "500")
    assert lane.paused_until is not None
    # Those that were under way at the same time, and trials; not the ten calls that thirty orders take.
    assert world.courier.calls.count("visit") < 10
    world.courier.faults = []
    world.run()
    assert Counter(world.states().values()) == {"accepted": 30}
    assert all_lanes(world.ledger)[0].trouble == 0
    assert max(Counter(world.courier.effects).values()) == 1


def test_an_urgent_order_does_not_wait_for_a_long_queue(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor for many that are to be read back: a turn is short, and each begins with what is most urgent."""
    monkeypatch.setattr("action_sync.desk.TURN_SECONDS", 0.5)
    # A call each fifth of a second: twenty calls take four.
    world.interface = replace(actions(), calls=1, seconds=108)
    queue = range(1, 61)
    world.want(*queue)

    def is_done() -> bool:
        if len(world.courier.effects) >= 6 and world.build == 1:
            world.want(0, *queue)
        return world.build == 2 and world.is_done()

    world.run(until=is_done)
    order = [action_id for action_id, _ in world.courier.effects]
    assert len(order) == len(set(order)) == 61
    assert order.index("a0") < 30


def test_two_orders_of_a_parcel_do_not_share_a_call(world: World) -> None:
    world.want(1, 2)
    with world.ledger.write() as connection:
        connection.execute(sa.update(outbox).values(awb="AW1"))
    world.run(until=lambda: len(world.courier.effects) == 2)
    assert sorted(world.courier.effects) == [("a1", "visit"), ("a2", "visit")]
    assert world.courier.calls == ["visit", "visit"]


def test_an_order_that_its_folder_cannot_say_is_refused_alone(world: World) -> None:
    visit = world.interface.by_name["visit"]

    def ask(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:
        if any(order.awb == "AW2" for order in orders):
            raise ValueError("14 MG Road")
        return visit.ask(orders, own, token)

    world.interface = replace(world.interface, by_name={"visit": replace(visit, ask=ask)})
    world.want(1, 2, 3)
    world.run()
    assert world.states() == {"AW1": "accepted", "AW2": "rejected", "AW3": "accepted"}
    assert ("rejected", "invalid_request") in told(world) and "MG Road" not in str(world.said)


def test_what_was_answered_is_kept_though_the_ledger_is_busy(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else knows the answer; without it the order would count as unknown."""
    busy = [LedgerUnavailable("busy")] * 2

    def settle(*given: Any) -> int:
        if busy:
            raise busy.pop()
        return outbox_settle(*given)

    monkeypatch.setattr("action_sync.desk.settle", settle)
    world.want(1)
    world.run()
    assert (world.states(), told(world), busy) == ({"AW1": "accepted"}, [("accepted", None)], [])


def test_a_fault_of_ours_ends_no_lane(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    faults = [KeyError("14 MG Road")]
    due = Sender.due

    def fail(self: Sender) -> Any:
        if faults:
            raise faults.pop()
        return due(self)

    monkeypatch.setattr(Sender, "due", fail)
    world.want(1)
    world.run()
    assert world.states() == {"AW1": "accepted"}
    (said,) = [line for line in world.said if "KeyError" in line]
    assert said.startswith("delhivery: KeyError in ") and "MG Road" not in said


def test_a_courier_that_wants_silence_while_it_is_read_back_gets_it(world: World) -> None:
    world.courier.faults = ["silence_after"]
    world.courier.backs = [429]
    world.want(1)
    world.run(until=lambda: any(lane.reason == "429" for lane in all_lanes(world.ledger)))
    (lane,) = all_lanes(world.ledger)
    assert lane.paused_until is not None and world.states() == {"AW1": "unknown"}
    world.run()
    assert world.states() == {"AW1": "accepted"} and len(world.courier.effects) == 1


def test_what_cannot_be_sent_in_time_is_told(world: World) -> None:
    world.courier.faults = ["401"] * 99
    world.want(1, expires_at=world.settings.now() + timedelta(seconds=600))
    world.run()
    assert told(world) == [("rejected", "unauthorised")]
    assert of_parcel(world.ledger, "delhivery", "AW1")[0].tries >= 1
