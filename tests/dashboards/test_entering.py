"""Agents enter calls and decisions; what is not in the build yet is shown, counted, and shown once."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import store
from dashboards.entering.decisions import tomorrow
from ledger import database, entries
from ledger.database import open_ledger
from settings import get_settings
from tests.dashboards.stand_in import make_published
from tests.dashboards.test_screens import opened, text_of

CASE = """
    select case_id, courier, awb, follow_ups, cycle_follow_ups from marts.fct_ndr_cases
    where stage = 'new' and cycles > 1 and cycle_follow_ups = 1 and follow_ups > 1
        and first_ndr_at + cycles * interval 1 day < (select as_of from marts.rpt_build)
    order by 1 limit 1
"""


@pytest.fixture
def case(data_dir: Path) -> dict[str, Any]:
    """An open case of a published stand-in, whose customer has another open parcel."""
    published = data_dir / "published"
    make_published(published, datetime.now(UTC))
    with duckdb.connect(str(published / "operations.duckdb")) as connection:
        connection.execute(f"attach '{published / 'warehouse.duckdb'}' as w (read_only)")
        connection.execute("set search_path = 'w.marts,operations.personal'")
        found = connection.execute(CASE)
        row = dict(zip([column[0] for column in found.description], found.fetchone() or (), strict=True))
        connection.execute(
            "update personal.prs_case_contacts set customer_id = 'CUST-TWO' where case_id = ? or case_id ="
            " (select min(case_id) from w.marts.fct_ndr_cases where stage = 'mailed')",
            [row["case_id"]],
        )
    return row


def start(case: dict[str, Any], agent: str = "asha") -> AppTest:
    """The page of the case, with an agent who has said a name."""
    app = opened("case", case=case["case_id"])
    app.text_input(key="agent_typed").input(agent)
    return click(app, "Start")


def click(app: AppTest, label: str) -> AppTest:
    """Press the button of this label."""
    (button,) = [button for button in app.button if button.label == label]
    button.click().run()
    assert not app.exception, app.exception
    return app


def typed(app: AppTest, name: str) -> Any:
    """A field of the form by its name."""
    number = app.session_state["draft"].number
    return next(
        field
        for field in (*app.text_input, *app.date_input, *app.selectbox, *app.checkbox)
        if field.key == f"{name}_{number}"
    )


def said(app: AppTest) -> str:
    """All words of the page."""
    parts = [*app.error, *app.warning, *app.success, *app.caption]
    return unescape(text_of(app)) + "\n".join(part.value for part in parts)


def kept(*parcel: str) -> list[tuple[Any, ...]]:
    """The parcel's entries: author, kind, call outcome."""
    ledger = open_ledger(get_settings())
    rows = entries.of_parcel(ledger, *parcel)
    ledger.close()
    return [(row.author or row.source, row.kind, row.content.get("call_outcome")) for row in rows]


def enter(case: dict[str, Any], author: str | None, kind: str, **content: Any) -> int:
    """Somebody else enters something about the case's parcel."""
    ledger, now = open_ledger(get_settings()), datetime.now(UTC)
    entry = entries.Entry(
        case["courier"], case["awb"], "operations" if author else "customer", author, kind, content, now, now
    )
    version = entries.enter(ledger, entry)
    ledger.close()
    return version


def test_the_name_is_asked_once_and_never_stands_in_the_address(case: dict[str, Any]) -> None:
    app = opened("case", case=case["case_id"])
    assert "Busy" not in [button.label for button in app.button]
    app.text_input(key="agent_typed").input("  Asha   Rao ")
    click(app, "Start")
    assert "You enter as Asha Rao." in said(app)
    click(app, "Busy")
    assert "Asha" not in str(app.query_params)
    assert kept(case["courier"], case["awb"]) == [("Asha Rao", "follow_up", "busy")]
    click(app, "Not you?")
    assert app.text_input(key="agent_typed")


def test_with_a_list_of_names_only_these_can_enter(
    case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NDR_AGENTS", "Asha, Imran")
    get_settings.cache_clear()
    app = opened("case", case=case["case_id"])
    assert app.selectbox(key="agent_typed").options == ["Asha", "Imran"]
    app.selectbox(key="agent_typed").select("Imran")
    click(app, "Start")
    assert "You enter as Imran." in said(app)
    app.session_state["agent"] = "nobody of ours"
    app.run()
    assert "Busy" not in [button.label for button in app.button]


def test_a_call_that_nobody_answered_is_one_click_and_shown_and_counted_at_once(case: dict[str, Any]) -> None:
    app = start(case)
    assert "One click keeps it as the 2nd follow-up" in said(app)
    assert f"1st follow-up since the last failure, {case['follow_ups']} in all." in said(app)
    typed(app, "remark").input("her brother has the phone")
    click(app, "No answer")
    told = said(app)
    assert "Kept: Followed up: call not answered. 2nd follow-up since the last failure." in told
    assert f"2nd follow-up since the last failure, {case['follow_ups'] + 1} in all." in told
    line = told[told.index('data-event="e1"') :].split("</div></div>")[0]
    assert "lane-operations waiting" in told
    assert "Followed up: call not answered" in line and "“her brother has the phone”" in line
    assert "On its way" in line
    queue = unescape(text_of(opened("queue", stage="all", find=case["awb"])))
    assert "On its way" in queue and f"{case['follow_ups'] + 1} follow-ups" in queue


def test_an_answered_call_with_another_attempt_asks_for_tomorrow_evening(case: dict[str, Any]) -> None:
    app = click(click(start(case), "Answered …"), "Come again")
    typed(app, "phone").input("98450 12345")
    click(app, "Save")
    (row,) = entries.of_parcel(open_ledger(get_settings()), case["courier"], case["awb"])
    day = tomorrow(datetime.now(UTC)).isoformat()
    wanted = (day, "17:00", "20:00", "9845012345", "picked")
    names = ("requested_on", "window_start", "window_end", "new_phone", "call_outcome")
    assert tuple(row.content[name] for name in names) == wanted
    assert (row.case_id, row.author, row.kind) == (case["case_id"], "asha", "reattempt")
    told = said(app)
    assert "asha: Chose another attempt: call answered (tomorrow, 17:00 to 20:00, new phone)" in told
    # To be called at once on the new number, which stands where numbers stand and not in the timeline.
    assert told.count("9845012345") == 2 and 'href="tel:9845012345"' in told


def test_what_cannot_be_is_said_and_what_was_typed_stays(case: dict[str, Any]) -> None:
    app = click(click(start(case), "Answered …"), "Come again")
    typed(app, "remark").input("after the school")
    typed(app, "start").select("20:00")
    typed(app, "end").select("18:00")
    click(app, "Save")
    assert "from 20:00 to 18:00: the end must be after the start" in said(app)
    assert typed(app, "remark").value == "after the school"
    assert kept(case["courier"], case["awb"]) == []


def test_a_return_asks_once_and_not_about_something_else(case: dict[str, Any]) -> None:
    app = click(click(click(start(case), "Decide without a call …"), "Return it"), "Save")
    assert "The parcel goes back and the sale is lost. Return it?" in said(app)
    assert kept(case["courier"], case["awb"]) == []
    click(app, "Hold")
    assert "Yes, return it" not in [button.label for button in app.button]
    click(click(click(app, "Return it"), "Save"), "Yes, return it")
    assert kept(case["courier"], case["awb"]) == [("asha", "rto", None)]


@pytest.mark.parametrize(("author", "kind"), [("imran", "rto"), (None, "reattempt")])
def test_a_decision_on_what_has_changed_is_refused_and_shown_what_came_in(
    case: dict[str, Any], author: str | None, kind: str
) -> None:
    app = click(click(start(case), "Answered …"), "Hold")
    typed(app, "remark").input("travels until Friday")
    enter(case, author, kind, text="please come on Monday")
    click(app, "Save")
    told = said(app)
    assert "Nothing was saved: somebody else entered something in between." in told
    news = told[told.index('class="news"') :]
    assert (author or "Customer") in news and "“please come on Monday”" in news
    assert len(kept(case["courier"], case["awb"])) == 1
    assert typed(app, "remark").value == "travels until Friday"
    click(app, "Save")
    assert kept(case["courier"], case["awb"])[1:] == [("asha", "hold", "picked")]


def test_a_call_and_a_note_are_kept_whatever_came_in_between(case: dict[str, Any]) -> None:
    app = start(case)
    enter(case, "imran", "rto")
    click(app, "Switched off")
    click(app, "Enter something else")
    typed(app, "remark").input("neighbour knows more")
    enter(case, None, "other", text="?")
    click(app, "Keep as a note")
    assert [row[1] for row in kept(case["courier"], case["awb"])] == ["rto", "follow_up", "other", "note"]


def test_one_call_for_all_open_parcels_is_kept_for_each_or_for_none(case: dict[str, Any]) -> None:
    app = start(case)
    others = store.fetch(
        "select courier, awb from marts.fct_ndr_cases join personal.prs_case_contacts using (case_id)"
        " where customer_id = 'CUST-TWO' and case_id <> ?", (case["case_id"],), "operations",
    ).rows()  # fmt: skip
    ((courier, awb),) = others
    typed(app, "all").check()
    click(click(app, "Answered …"), "Customer has it")
    enter({"courier": courier, "awb": awb}, "imran", "rto")
    click(app, "Save")
    assert "Nothing was saved" in said(app) and kept(case["courier"], case["awb"]) == []
    click(app, "Save")
    mine = ("asha", "mark_delivered", "picked")
    assert kept(case["courier"], case["awb"]) == [mine]
    assert kept(courier, awb) == [("imran", "rto", None), mine]
    assert "For 2 parcels." in said(app)
    ledger = open_ledger(get_settings())
    rows = entries.of_parcels(ledger, [(case["courier"], case["awb"]), (courier, awb)])
    assert len({row.content["call_id"] for row in rows if row.author == "asha"}) == 1


def test_what_the_customer_said_is_on_its_way_in_the_red_lane(case: dict[str, Any]) -> None:
    enter(
        case,
        None,
        "update_details",
        channel="tracking_page",
        landmark="Behind the temple",
        text="ring <twice>",
    )
    told = text_of(opened("case", case=case["case_id"]))
    assert "lane-customer waiting" in told and "Customer corrected the details" in told
    assert "ring &lt;twice&gt;" in told and "<twice>" not in told
    assert "Behind the temple" in told


def test_what_the_build_holds_is_not_shown_again(case: dict[str, Any], data_dir: Path) -> None:
    enter(case, "imran", "note", remark="the first")
    enter(case, "imran", "note", remark="the second")
    with duckdb.connect(str(data_dir / "published" / "warehouse.duckdb")) as connection:
        connection.execute("alter table marts.rpt_build add column entry_id bigint")
        connection.execute("update marts.rpt_build set entry_id = 1")
    told = text_of(opened("case", case=case["case_id"]))
    assert "the second" in told and "the first" not in told


def test_a_locked_ledger_says_so_and_keeps_what_was_typed(
    case: dict[str, Any], data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_PATIENCE", 0)
    app = click(start(case), "Decide without a call …")
    typed(app, "remark").input("left with the guard")
    with sqlite3.connect(data_dir / "ledger.db", isolation_level=None) as other:
        other.execute("begin immediate")
        click(app, "Save")
        assert "Nothing was saved. The ledger cannot be reached at the moment" in said(app)
        assert typed(app, "remark").value == "left with the guard"
        other.execute("rollback")
    click(app, "Save")
    assert kept(case["courier"], case["awb"]) == [("asha", "reattempt", None)]


def test_a_ledger_that_is_gone_costs_entering_and_not_the_page(
    case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NDR_LEDGER_URL", "postgresql://nobody@127.0.0.1:1/none")
    get_settings.cache_clear()
    app = start(case)
    assert "the ledger cannot be read at the moment" in said(app) and "Timeline" in said(app)
    click(app, "Busy")
    assert "Nothing was saved. The ledger cannot be reached" in said(app)
    click(app, "Decide without a call …")
    click(app, "Save")
    assert "what others entered cannot be read" in said(app)
    assert case["awb"] in text_of(opened("queue", find=case["awb"]))


def test_a_folder_that_cannot_be_written_is_told(case: dict[str, Any], data_dir: Path) -> None:
    app = start(case)
    (data_dir / "ledger.db").unlink(missing_ok=True)
    (data_dir / "ledger.db").mkdir()
    click(app, "Busy")
    assert "Nothing was saved." in said(app)


def test_a_build_of_the_past_takes_nothing_and_shows_nothing_newer(
    case: dict[str, Any], data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(case, "imran", "note", remark="of today")
    monkeypatch.setenv("NDR_READ_DIR", str(data_dir / "published"))
    get_settings.cache_clear()
    app = opened("case", case=case["case_id"])
    assert "a build of the past: look, but nothing can be entered here" in said(app)
    assert "of today" not in said(app) and not app.text_input


def test_an_awb_that_is_another_parcels_now_takes_nothing(case: dict[str, Any], data_dir: Path) -> None:
    enter(case, "imran", "note", remark="about the later parcel")
    with duckdb.connect(str(data_dir / "published" / "warehouse.duckdb")) as connection:
        connection.execute(
            "insert into marts.dim_shipments select shipment_id || '1', courier, awb, 20261101, 'ORD-LATER',"
            f" null, 'open' from marts.dim_shipments where shipment_id = '{case['case_id']}'"
        )
    app = opened("case", case=case["case_id"])
    assert "This AWB belongs to a later parcel now" in said(app)
    assert "about the later parcel" not in said(app) and not app.text_input


def test_nothing_is_asked_of_the_courier_after_the_end(case: dict[str, Any]) -> None:
    ended = store.fetch(
        "select case_id from marts.fct_ndr_cases where stage = 'closed' order by 1 limit 1"
    ).item()
    app = click(start({"case_id": ended}), "Answered …")
    labels = [button.label for button in app.button]
    assert "Nobody came" in labels and "Come again" not in labels and "Return it" not in labels
    assert "nothing more can be asked of the courier" in said(app)
