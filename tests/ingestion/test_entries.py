"""Entries into raw: what an agent and a customer said, exactly once, as if it had come in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingestion.entries import load_entries
from ingestion.files import load_file
from ledger.database import Ledger, open_ledger
from ledger.entries import Entry, enter
from settings import Settings
from tests.ingestion.conftest import NOW

Query = Callable[[str], list[tuple[Any, ...]]]
SAID, LEARNT = NOW - timedelta(minutes=30), NOW - timedelta(minutes=29)


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    opened = open_ledger(settings)
    yield opened
    opened.close()


def call(content: dict[str, Any], awb: str = "AW1", kind: str = "follow_up") -> Entry:
    return Entry("delhivery", awb, "operations", "Asha", kind, content, SAID, LEARNT)


def answer(content: dict[str, Any], kind: str = "reattempt") -> Entry:
    return Entry("delhivery", "AW1", "customer", None, kind, content, SAID, LEARNT)


def test_an_agent_s_entry_is_a_row_of_ops_feedback(settings: Settings, ledger: Ledger, query: Query) -> None:
    enter(ledger, call({"call_outcome": "picked", "call_id": "C1", "remark": "Ringing, then busy"}))
    (result,) = load_entries(settings, ledger)
    assert result.line() == "entries_operations: 1 rows read, 1 loaded, 0 duplicates, 0 quarantined"
    assert query(
        "select agent, entry, call_outcome, call_id, remark, acted_at, known_at, extra from raw.ops_feedback"
    ) == [("Asha", "follow_up", "picked", "C1", "Ringing, then busy", SAID, LEARNT, None)]


def test_a_customer_s_entry_is_a_row_of_customer_feedback(
    settings: Settings, ledger: Ledger, query: Query
) -> None:
    asked = {"channel": "tracking_page", "requested_on": "2026-03-11", "window_start": "17:00"}
    enter(ledger, answer({**asked, "new_pincode": "560001", "landmark": None}))
    load_entries(settings, ledger)
    assert query(
        "select channel, response, requested_on, window_start, new_pincode, landmark, responded_at, known_at"
        " from raw.customer_feedback"
    ) == [
        ("tracking_page", "reattempt", date(2026, 3, 11), "17:00", "560001", None, SAID, LEARNT),
    ]


def test_what_an_agent_takes_back_stands_at_the_instant_of_what_was_entered(
    settings: Settings, ledger: Ledger, query: Query
) -> None:
    """Ten seconds later, and known from then on."""
    later = LEARNT + timedelta(seconds=10)
    enter(ledger, call({"requested_on": "2026-03-11"}, kind="reattempt"))
    taken_back = {"undoes": "reattempt", "given_at": SAID.isoformat()}
    enter(ledger, Entry("delhivery", "AW1", "operations", "Asha", "undo", taken_back, later, later))
    load_entries(settings, ledger)
    rows = query("select entry, agent, acted_at, known_at from raw.ops_feedback order by known_at")
    assert rows == [("reattempt", "Asha", SAID, LEARNT), ("undo", "Asha", SAID, later)]


def test_only_the_ledger_can_take_something_back(inbox: Path, settings: Settings, query: Query) -> None:
    """A file keeps to the words of its feed."""
    path = inbox / "ops_feedback_1.csv"
    path.write_text(f"courier,awb,acted_at,agent,entry\ndelhivery,AW1,{SAID.isoformat()},Asha,undo\n")
    assert load_file(path, settings).rows_loaded == 0
    assert query("select field from raw.quarantine") == []


def test_each_entry_is_loaded_once(settings: Settings, ledger: Ledger, query: Query) -> None:
    enter(ledger, call({"call_id": "C1", "remark": "caf\N{REPLACEMENT CHARACTER}"}))
    load_entries(settings, ledger)
    assert load_entries(settings, ledger) == []
    enter(ledger, call({"call_id": "C2"}))
    (result,) = load_entries(settings, ledger)
    assert result.rows_loaded == 1
    assert query("select call_id from raw.ops_feedback order by 1") == [("C1",), ("C2",)]


def test_a_bad_entry_holds_up_no_other(settings: Settings, ledger: Ledger, query: Query) -> None:
    enter(ledger, call({"call_outcome": "no idea"}))
    enter(ledger, call({"call_outcome": ["busy"]}))
    enter(ledger, call({"call_outcome": "busy"}, "AW2"))
    (result,) = load_entries(settings, ledger)
    assert (result.rows_loaded, result.rows_quarantined) == (1, 2)
    assert query("select source, row_number, field from raw.quarantine order by row_number") == [
        ("entries_operations", 1, "call_outcome"), ("entries_operations", 2, None),
    ]  # fmt: skip


def test_a_load_that_dies_is_done_again(
    settings: Settings, ledger: Ledger, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(ledger, answer({"channel": "sms"}))
    enter(ledger, call({}))
    with monkeypatch.context() as patch:
        patch.setattr("ingestion.loading.top_lines", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            load_entries(settings, ledger)
    count = "select count(*) from raw.customer_feedback union all select count(*) from raw.entry_position"
    assert query(count) == [(0,), (0,)]
    assert [one.file_name for one in load_entries(settings, ledger)] == [
        "entries_customer",
        "entries_operations",
    ]
    assert query(count) == [(1,), (1,)]


def test_a_step_of_an_escalation_is_a_row_of_escalations_and_of_nothing_else(
    settings: Settings, ledger: Ledger, query: Query
) -> None:
    said = {"instruction_id": "delhivery:AW1:0:customer:reattempt:1", "step": "raised", "reference": "MAIL-7"}
    enter(ledger, call({**said, "text": None, "call_id": "E1"}, kind="escalation"))
    enter(ledger, call({**said, "step": "shouted at"}, kind="escalation"))
    (result,) = load_entries(settings, ledger)
    assert result.line().startswith("entries_escalations: 2 rows read, 1 loaded, 0 duplicates, 1 quarantined")
    assert query(
        "select agent, instruction_id, step, reference, text, escalated_at, known_at from raw.escalations"
    ) == [("Asha", said["instruction_id"], "raised", "MAIL-7", None, SAID, LEARNT)]
    assert query("select count(*) from raw.ops_feedback") == [(0,)]
