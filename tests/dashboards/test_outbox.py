"""What goes wrong with orders to couriers stands at the top of Actions and on Data health, with what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from ledger.database import Ledger, open_ledger
from ledger.lanes import hold, note
from ledger.outbox import Claim, State, Step, begin, settle
from ledger.outbox_health import RAISED_AFTER
from ledger.wanted import bring_in_step
from settings import get_settings
from tests.dashboards.stand_in import make_published
from tests.dashboards.test_screens import opened, text_of
from tests.ledger.test_outbox import BUILD, ONE


@pytest.fixture
def ledger(data_dir: Path) -> Iterator[Ledger]:
    make_published(data_dir / "published", datetime.now(UTC))
    made = open_ledger(get_settings())
    yield made
    made.close()


def shown(page: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", text_of(opened(page)))))


def wait(ledger: Ledger, hours: float) -> None:
    at = datetime.now(UTC) - timedelta(hours=hours)
    bring_in_step(ledger, BUILD, [replace(ONE, release_at=at)], at)


def test_all_well_says_nothing_on_actions(ledger: Ledger) -> None:
    assert "Nothing was to be sent to a courier yet" in shown("data_health")
    wait(ledger, 0.1)
    assert "Needs somebody now" not in shown("actions")
    assert "In the last 24 h 0 sent" in shown("data_health") and "1 waiting now" in shown("data_health")
    assert "None waits longer than it should" in shown("data_health")


def test_orders_that_nobody_sends(ledger: Ledger) -> None:
    wait(ledger, 1)
    for page in ("actions", "data_health"):
        told = shown(page)
        assert "Delhivery: 1 order waits to be sent" in told
        assert "Nothing sends them: ndr doctor says what is missing" in told


@pytest.mark.parametrize(
    ("reason", "words"), [("401", "it refuses our login"), ("no answer", "its interface does not work")]
)
def test_orders_of_a_courier_that_does_not_answer(ledger: Ledger, reason: str, words: str) -> None:
    wait(ledger, 1)
    now = datetime.now(UTC)
    lane = hold(ledger, "delhivery", "me", now, now + timedelta(minutes=5))
    assert lane is not None
    note(ledger, replace(lane, trouble=3, paused_until=now + timedelta(minutes=9), reason=reason))
    assert f"Its last 3 calls failed: {words}; it is tried again t" in shown("actions")


def test_orders_that_a_person_is_to_ask_about(ledger: Ledger) -> None:
    at = datetime.now(UTC) - RAISED_AFTER
    wait(ledger, 9)
    begin(ledger, ["a1"], Claim("me", at, at), 0)
    settle(ledger, [Step("a1", "me", 1, State.unknown, at, at + timedelta(days=9))])
    told = shown("actions")
    assert "Of 1 order we do not know after 6 h whether the courier took it" in told
    assert "In the last 24 h 1 sent, 1 of them without a clear answer so far" in shown("data_health")


def test_an_outbox_that_cannot_be_read(ledger: Ledger, data_dir: Path) -> None:
    ledger.close()
    for path in data_dir.glob("ledger*"):
        path.unlink()
    (data_dir / "ledger.db").write_text("not a database, but a file of some length" * 99)
    assert "cannot be read" in shown("actions")
