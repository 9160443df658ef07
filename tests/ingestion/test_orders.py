"""What became of orders, into raw: each word of the courier is a version of the action, exactly once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from ingestion.orders import load_orders
from ledger.database import Ledger, open_ledger
from ledger.outbox import Claim, State, Step, begin, settle
from ledger.wanted import Basis, Wanted, bring_in_step
from settings import Settings
from tests.ingestion.conftest import NOW

Query = Callable[[str], list[tuple[Any, ...]]]
GIVEN = NOW - timedelta(minutes=30)


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    opened = open_ledger(settings)
    yield opened
    opened.close()


def test_each_word_of_the_courier_is_a_version_and_loaded_once(
    settings: Settings, ledger: Ledger, query: Query
) -> None:
    content = {
        "action": "reattempt", "source": "customer", "instructed_at": GIVEN.isoformat(), "requested_on": "2026-03-11",
        "window_start": "17:00", "order": {"phone": "9876543210"},
    }  # fmt: skip
    wanted = Wanted("a1", "delhivery", "AW1", "delhivery", content, 1, GIVEN)
    bring_in_step(ledger, Basis("b", GIVEN, 0, 0), [wanted], GIVEN)
    assert load_orders(settings, ledger) == []
    begin(ledger, ["a1"], Claim("me", GIVEN, NOW), 0)
    settle(ledger, [Step("a1", "me", 1, State.processing, NOW, NOW, reference="UPL1")])
    (result,) = load_orders(settings, ledger)
    assert result.line() == "orders: 1 rows read, 1 loaded, 0 duplicates, 0 quarantined"
    settle(ledger, [Step("a1", "another", 1, State.accepted, NOW, NOW)])
    assert [one.rows_loaded for one in load_orders(settings, ledger)] == [1]
    assert load_orders(settings, ledger) == []
    assert query(
        "select action_id, source, action, instructed_at, window_start, submitted_at, responded_at, result,"
        " result_reason, courier_reference, extra from raw.courier_actions order by load_id"
    ) == [
        ("a1", "customer", "reattempt", GIVEN, "17:00", GIVEN, None, "unknown", "processing", "UPL1", None),
        ("a1", "customer", "reattempt", GIVEN, "17:00", GIVEN, NOW, "accepted", None, "UPL1", None),
    ]
