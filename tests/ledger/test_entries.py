"""Entries: two agents who decide on one parcel do not overwrite each other."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from ledger.database import Ledger
from ledger.entries import Entry, enter, enter_all, of_parcel, of_parcels, version
from ledger.errors import VersionConflict
from tests.ledger.test_database import NOW

CALL = Entry("delhivery", "aw1", "operations", "asha", "call", {"picked": True}, NOW, NOW, case_id="c1")


def test_entries_of_a_parcel_count_up(ledger: Ledger) -> None:
    assert version(ledger, "delhivery", "AW1") == 0
    assert enter(ledger, CALL, expected_version=0) == 1
    wish = replace(CALL, awb="AW1", source="customer", author=None, content={"date": "2026-03-12"})
    assert enter(ledger, wish) == 2
    assert enter(ledger, replace(CALL, awb="AW2")) == 1
    assert [(row.version, row.author, row.content) for row in of_parcel(ledger, "delhivery", "Aw1")] == [
        (1, "asha", {"picked": True}),
        (2, None, {"date": "2026-03-12"}),
    ]


def test_who_decided_on_an_older_version_is_refused(ledger: Ledger) -> None:
    enter(ledger, CALL)
    enter(ledger, CALL, expected_version=1)
    with pytest.raises(VersionConflict, match="somebody entered something in between"):
        enter(ledger, replace(CALL, author="vik"), expected_version=1)
    assert [row.author for row in of_parcel(ledger, "delhivery", "AW1")] == ["asha", "asha"]


def test_of_many_who_saw_one_version_one_gets_in(ledger: Ledger) -> None:
    outcomes: list[str] = []
    barrier = threading.Barrier(6)

    def decide(number: int) -> None:
        barrier.wait()
        try:
            enter(ledger, replace(CALL, author=f"agent {number}"), expected_version=0)
            outcomes.append("in")
        except VersionConflict:
            outcomes.append("refused")

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", *["refused"] * 5]
    assert version(ledger, "delhivery", "AW1") == 1


def test_an_unknown_source_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="expected one of customer, operations, got 'courier'"):
        enter(ledger, replace(CALL, source="courier"))


def test_a_group_is_kept_whole_or_not_at_all(ledger: Ledger) -> None:
    other = replace(CALL, awb="AW2")
    enter(ledger, other)
    with pytest.raises(VersionConflict, match="AW2"):
        enter_all(ledger, [(CALL, 0), (other, 0)])
    assert version(ledger, "delhivery", "AW1") == 0
    assert enter_all(ledger, [(CALL, 0), (other, 1)]) == [1, 2]
    both = of_parcels(ledger, [("delhivery", "aw2"), ("delhivery", "AW1"), ("ekart", "AW1")])
    assert [(row.awb, row.version) for row in both] == [("AW1", 1), ("AW2", 1), ("AW2", 2)]
    assert of_parcels(ledger, []) == []


def test_one_call_of_one_agent_is_kept_once_whatever_came_in_between(ledger: Ledger) -> None:
    """A click that is sent again, and a try after a failure that was none."""
    call = replace(CALL, content={"call_id": "c-1", "call_outcome": "busy"})
    assert enter(ledger, call, expected_version=0) == 1
    enter(ledger, CALL)
    assert enter(ledger, call, expected_version=0) == 1
    assert enter(ledger, replace(call, author="vik")) == 3
    assert enter(ledger, replace(call, awb="AW2")) == 1
    assert version(ledger, "delhivery", "AW1") == 3
