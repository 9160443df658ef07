"""Actions: every number is a query's, every reason has plain words and a next step, and what waits says for what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from html import unescape
from typing import Any

import pytest

from couriers.actions import REASONS
from dashboards import store, words
from dashboards.filters import Filters
from dashboards.queries import actions
from dashboards.views import actions as views
from ledger.outbox_health import RAISED_AFTER
from settings import IST
from tests.dashboards.stand_in import make_published
from tests.dashboards.test_screens import opened, text_of

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SENT: dict[str, Any] = {
    "tab": "unknown", "outcome": "not_applicable", "submission_reason": None, "submitted_at": NOW, "instructed_at": NOW,
    "is_case_closed": False,
}  # fmt: skip


def shown(tab: str, **query: str) -> str:
    """The words of a tab."""
    return unescape(re.sub(r"<[^>]+>", " ", text_of(opened("actions", tab=tab, **query))))


@pytest.fixture(scope="module", autouse=True)
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A stand-in as of the last 20:00 IST: at every hour of the test its day has seen actions."""
    folder, now = tmp_path_factory.mktemp("actions"), datetime.now(IST)
    evening = datetime.combine(now.date(), time(20), IST)
    make_published(folder / "published", evening if evening <= now else evening - timedelta(days=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NDR_DATA_DIR", str(folder))
        yield


def one(sql: str) -> Any:
    return store.fetch(sql).item()


def test_the_first_line_counts_what_was_sent_on_the_ist_day_of_the_build() -> None:
    day = (
        "cast(submitted_at + interval 330 minute as date)"
        " = (select cast(as_of + interval 330 minute as date) from marts.rpt_build)"
    )
    told = views.answer(actions.summary(Filters()))
    counts = [
        one(f"select count(*) from marts.fct_instructions where tab <> 'pending' and {day} {also}")
        for also in ("", "and submission = 'unknown'", "and submission = 'failed'")
    ]
    assert min(counts) > 0
    assert told.startswith("{} sent today, {} unknown, {} failed; ".format(*counts))
    assert f"{one('select count(*) from marts.rpt_pending_actions')} waiting to be sent" in told


@pytest.mark.parametrize("tab", [tab for tab in actions.TABS if tab != "pending"])
def test_a_tab_holds_the_instructions_of_its_name_newest_first(tab: str) -> None:
    rows = actions.page(tab, Filters(), "newest", 1)
    number = one(f"select count(*) from marts.fct_instructions where tab = '{tab}'")
    assert actions.tab_counts(Filters())[tab] == number > 0
    assert len(rows) == min(number, actions.PAGE_SIZE) and set(rows["tab"]) == {tab}
    assert rows["submitted_at"].is_sorted(descending=True)


def test_pending_says_when_why_and_what_it_waits_for() -> None:
    told = shown("pending", courier="delhivery")
    assert "Delhivery takes no date: it comes the next day" in told
    assert (
        words.RULES["default_reattempt"] in told
        and words.WAITS["status"] in shown("pending", sort="next") + told
    )
    assert "no date and no window" in told


def test_filters_of_cases_and_of_the_action_itself_combine() -> None:
    filters = Filters.from_query({"courier": "delhivery", "action": "rto", "asker": "operations"})
    number = one(
        "select count(*) from marts.fct_instructions where tab = 'failed' and courier = 'delhivery'"
        " and action = 'rto' and source = 'operations'"
    )
    assert actions.tab_counts(filters)["failed"] == number > 0
    assert len(actions.export("failed", filters)) == number


def test_every_reason_of_a_courier_has_words_and_a_next_step() -> None:
    assert set(REASONS) | {"in_words"} == set(words.REFUSALS) == set(words.NEXT_STEPS)


def test_an_unclear_answer_is_read_back_first_and_a_persons_to_settle_later() -> None:
    assert views.next_step(SENT, NOW + RAISED_AFTER) == words.UNKNOWN_NEXT
    assert views.next_step(SENT, NOW + RAISED_AFTER + timedelta(seconds=1)) == words.UNKNOWN_LONG


@pytest.mark.parametrize("tab", ["failed", "unknown", "not_honoured"])
def test_where_somebody_has_to_act_open_cases_come_first_and_closed_ones_need_nothing(tab: str) -> None:
    assert actions.first_sort(tab) == "open"
    rows = actions.page(tab, Filters(), "open", 1)
    closed = one(f"""select count(*) from marts.fct_instructions join marts.fct_ndr_cases using (case_id)
        where tab = '{tab}' and closed_at is not null""")
    assert rows["is_case_closed"].is_sorted() and closed > 0
    steps = {views.next_step({**SENT, "tab": tab, "is_case_closed": shut}, NOW) for shut in (True, False)}
    assert len(steps) == 2 and "Nothing: the case is closed." in steps
    breach = {**SENT, "tab": "sla_breached", "is_case_closed": True}
    assert "Raise it" in views.next_step(breach, NOW)


def test_a_row_leads_to_its_case_and_the_export_has_plain_words() -> None:
    html = text_of(opened("actions", tab="failed"))
    assert 'href="case?case=' in html
    assert "Refused: not at this status" in unescape(html)


def test_an_empty_tab_keeps_its_name_in_the_way_back() -> None:
    assert "actions?tab=failed" in text_of(opened("actions", tab="failed", value="90000000.."))
