"""How the outbox is: what is stuck, unclear and refused is counted, each from its instant on; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ledger.database import Ledger
from ledger.outbox import Claim, State, Step, begin, settle
from ledger.outbox_health import RAISED_AFTER, STUCK_AFTER, outbox_health
from ledger.wanted import bring_in_step
from tests.ledger.test_database import NOW
from tests.ledger.test_outbox import BUILD, ONE

SECOND = timedelta(seconds=1)


def sent(ledger: Ledger, *words: State, at: datetime = NOW) -> None:
    """One order a word, sent at an instant and told so."""
    wanted = [replace(ONE, action_id=f"a{n}", awb=f"AW{n}", release_at=at) for n, _ in enumerate(words)]
    bring_in_step(ledger, BUILD, wanted, at)
    begin(ledger, [one.action_id for one in wanted], Claim("me", at, at + SECOND), 0)
    settle(ledger, [Step(f"a{n}", "me", 1, word, at, at + SECOND) for n, word in enumerate(words)])


def test_an_empty_outbox_is_well(ledger: Ledger) -> None:
    health = outbox_health(ledger, NOW)
    assert (health.states, health.stuck, health.raised) == ({}, {}, 0)
    assert (health.unknown_share, health.refused_share) == (0, 0)


def test_an_order_is_stuck_a_quarter_of_an_hour_after_its_release(ledger: Ledger) -> None:
    bring_in_step(ledger, BUILD, [ONE, replace(ONE, action_id="a2", awb="AW2", booked_with="ekart")], NOW)
    assert outbox_health(ledger, NOW + STUCK_AFTER - SECOND).stuck == {}
    health = outbox_health(ledger, NOW + STUCK_AFTER)
    assert (health.stuck, set(health.stuck_since.values())) == ({"delhivery": 1, "ekart": 1}, {NOW})


def test_an_unclear_order_is_a_persons_after_hours(ledger: Ledger) -> None:
    sent(ledger, State.unknown, State.accepted)
    assert outbox_health(ledger, NOW + RAISED_AFTER - SECOND).raised == 0
    assert outbox_health(ledger, NOW + RAISED_AFTER).raised == 1


def test_shares_are_of_the_last_day(ledger: Ledger) -> None:
    sent(ledger, State.accepted, State.accepted, State.unknown, State.rejected)
    health = outbox_health(ledger, NOW + SECOND)
    assert (health.sent_today, health.failed_today, health.unknown_today) == (4, 1, 1)
    assert (health.unknown_share, health.refused_share) == (0.25, 0.25)
    later = outbox_health(ledger, NOW + timedelta(days=1))
    assert (later.sent_today, later.failed_today, later.unknown_share, later.refused_share) == (0, 0, 0, 0)
    assert later.states == {"accepted": 2, "rejected": 1, "unknown": 1}
