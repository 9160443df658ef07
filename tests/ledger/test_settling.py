"""Orders without an answer, settled by a scan or by a person who asked; on both databases."""

from __future__ import annotations

from datetime import timedelta

from ledger.database import Ledger
from ledger.outbox import Claim, State, due, due_to_read_back, settle
from ledger.settling import settle_asked, settle_proven
from tests.ledger.test_database import NOW
from tests.ledger.test_outbox import MINUTE, ONE, begun, state, step, told, want

LATER = NOW + timedelta(hours=2)


def unclear(ledger: Ledger) -> None:
    want(ledger, ONE)
    begun(ledger)
    settle(ledger, [step(State.unknown)])


def test_a_scan_settles_what_is_unclear_as_of_its_instant(ledger: Ledger) -> None:
    unclear(ledger)
    assert settle_proven(ledger, {"a1": NOW + MINUTE, "another": NOW}, LATER) == 1
    assert settle_proven(ledger, {"a1": NOW + MINUTE}, LATER) == 0
    assert told(ledger)[-1] == ("a1", NOW.isoformat(), (NOW + MINUTE).isoformat(), "accepted", "scan", None)


def test_a_scan_settles_nothing_that_waits(ledger: Ledger) -> None:
    want(ledger, ONE)
    assert settle_proven(ledger, {"a1": NOW}, LATER) == 0
    assert state(ledger) == "waiting"


def test_what_the_courier_said_when_asked_counts_once(ledger: Ledger) -> None:
    unclear(ledger)
    assert settle_asked(ledger, "a1", True, LATER)
    assert not settle_asked(ledger, "a1", False, LATER)
    assert (state(ledger), told(ledger)[-1][3:5]) == ("accepted", ("accepted", "asked"))


def test_what_a_courier_takes_for_ever_can_be_settled_too(ledger: Ledger) -> None:
    want(ledger, ONE)
    begun(ledger)
    settle(ledger, [step(State.processing)])
    assert settle_asked(ledger, "a1", True, LATER)
    assert state(ledger) == "accepted"


def test_while_the_courier_is_being_asked_its_own_answer_counts(ledger: Ledger) -> None:
    """Or the order would be sent again on a person's word while the courier says that it has it."""
    unclear(ledger)
    claim = Claim("reader", LATER, LATER + MINUTE)
    assert [row.action_id for row in due_to_read_back(ledger, "delhivery", claim, 9)] == ["a1"]
    assert not settle_asked(ledger, "a1", False, LATER + MINUTE - timedelta(seconds=1))
    assert settle_asked(ledger, "a1", False, LATER + MINUTE)


def test_what_the_courier_does_not_have_is_sent_again(ledger: Ledger) -> None:
    unclear(ledger)
    assert settle_asked(ledger, "a1", False, NOW)
    assert [row.action_id for row in due(ledger, "delhivery", NOW, 9)] == ["a1"]
