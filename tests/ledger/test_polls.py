"""Polls: when parcels were last asked about, and how rounds went; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ledger.database import Ledger
from ledger.polls import Poll, Round, last_polls, last_rounds, note_polls, note_round, round_of
from tests.ledger.test_database import NOW

ONE, TWO = ("delhivery", "AW1"), ("delhivery", "AW2")
ROUND = Round("delhivery", NOW, NOW, due=9, asked=3, calls=2, kept=1, waits=0, errors=1)
NEVER = {"polls": NOW - timedelta(days=99), "rounds": NOW - timedelta(days=99)}


def test_the_last_poll_of_each_parcel_stands(ledger: Ledger) -> None:
    """Of each API: an aggregator may be asked about the same parcel. A parcel that is named twice is noted once."""
    first, later = Poll(NOW, "q1", "d1"), Poll(NOW + timedelta(minutes=5), "q2", None)
    note_polls(ledger, "delhivery", [([ONE, TWO, ONE], first)])
    note_polls(ledger, "delhivery", [([TWO], later)])
    note_polls(ledger, "shiprocket", [([ONE], later)])
    assert last_polls(ledger, "delhivery") == {ONE: first, TWO: later}
    assert last_polls(ledger, "shiprocket") == {ONE: later}


def test_a_round_that_goes_on_takes_the_place_of_what_was_noted(ledger: Ledger) -> None:
    note_round(ledger, ROUND, NEVER)
    done = replace(ROUND, asked=9, ended_at=NOW + timedelta(minutes=4))
    note_round(ledger, done, NEVER)
    assert round_of(ledger, "delhivery", NOW) == done
    assert round_of(ledger, "delhivery", NOW + timedelta(minutes=5)) is None
    assert (ROUND.share, done.share, replace(ROUND, due=0, asked=0).share) == (3 / 9, 1.0, None)


def test_the_last_round_of_each_api(ledger: Ledger) -> None:
    later = replace(ROUND, began_at=NOW + timedelta(minutes=5))
    other = replace(ROUND, asked_of="clickpost")
    for one in (later, ROUND, other):
        note_round(ledger, one, NEVER)
    assert last_rounds(ledger) == [other, later]


def test_what_is_old_is_forgotten_of_this_api_alone(ledger: Ledger) -> None:
    """To the instant: what is as old as the bound stays."""
    old = NOW - timedelta(microseconds=1)
    note_polls(ledger, "delhivery", [([ONE], Poll(old, "q", None)), ([TWO], Poll(NOW, "q", None))])
    note_polls(ledger, "clickpost", [([ONE], Poll(old, "q", None))])
    for slug in ("delhivery", "clickpost"):
        note_round(ledger, replace(ROUND, asked_of=slug, began_at=old), NEVER)
    note_round(ledger, ROUND, {"polls": NOW, "rounds": NOW})
    assert set(last_polls(ledger, "delhivery")) == {TWO}
    assert set(last_polls(ledger, "clickpost")) == {ONE}
    assert round_of(ledger, "delhivery", old) is None
    assert round_of(ledger, "clickpost", old) is not None
