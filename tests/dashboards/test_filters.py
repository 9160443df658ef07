"""Filters: the address reproduces them, nonsense is dropped, and their SQL selects what they say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from dashboards.filter_list import BY_NAME, FILTERS, NARROWINGS
from dashboards.filters import Filters, address
from dashboards.queries.conditions import on_cases
from dashboards.view_state import QueueView
from tests.dashboards.stand_in import make_published

EVERY = {
    "courier": "delhivery,ekart",
    "reason": "address_issue",
    "ndr_date": "2026-11-01..2026-11-07",
    "payment": "COD",
    "value": "2000..",
    "allocated": "..2026-11-20",
    "attempts": "2,4",
    "customer": "yes",
    "operations": "no",
    "status": "held",
    "follow_ups": "3",
    "outcome": "delivered",
    "judged": "honoured",
    "signal": "no_dispatch,no_result",
    "reattempt": "after_3_delivered,confirmed",
    "band": "none,within_30m",
    "waiting": "4h_24h",
    "instruction": "accepted,sent",
    "message": "answered",
    "settled": "no",
    "state": "Karnataka",
    "district": "Mysuru,unknown",
    "pincode": "560001",
    "final": "yes",
    "action": "reattempt,rto",
    "asker": "rule",
}


def test_all_eleven_filters_are_there_once_and_the_narrowings_of_links_beside_them() -> None:
    assert set(EVERY) == set(BY_NAME) and len(FILTERS) == 11
    assert [each.name for each in NARROWINGS] == [
        "outcome",
        "judged",
        "signal",
        "reattempt",
        "band",
        "waiting",
        "instruction",
        "message",
        "settled",
        "state",
        "district",
        "pincode",
        "final",
        "action",
        "asker",
    ]


def test_an_address_reproduces_every_filter() -> None:
    assert Filters.from_query(EVERY).query() == EVERY
    assert Filters.from_query(Filters.from_query(EVERY).query()) == Filters.from_query(EVERY)


@pytest.mark.parametrize(
    "query",
    [
        {"reason": "nonsense"},
        {"ndr_date": "2026-13-01..yesterday"},
        {"ndr_date": ".."},
        {"value": "-5..1e9"},
        {"value": "٣.."},
        {"customer": "maybe"},
        {"attempts": "0"},
        {"courier": ","},
        {"stage": "new"},
    ],
)
def test_values_that_make_no_sense_are_dropped(query: dict[str, str]) -> None:
    assert Filters.from_query(query) == Filters()


def test_chips_say_what_is_on_in_plain_words() -> None:
    chips = dict(Filters.from_query(EVERY).chips(BY_NAME, {"delhivery": "Delhivery"}))
    assert chips["courier"] == "Courier: Delhivery, Ekart"
    assert chips["reason"] == "Reason: Address wrong"
    assert chips["ndr_date"] == "NDR date: 1 Nov 2026 to 7 Nov 2026"
    assert chips["value"] == "Order value: from ₹2,000"
    assert chips["allocated"] == "Allocated on: up to 20 Nov 2026"
    assert chips["attempts"] == "Attempts: 2, 4 or more"
    assert chips["customer"] == "Customer feedback: yes"


def test_addresses_leave_out_what_is_empty_and_escape_the_rest() -> None:
    assert address("queue", {"stage": "new", "find": "", "page": None}) == "queue?stage=new"
    assert address("case", {"case": "ekart:A&B 1:0"}) == "case?case=ekart:A%26B+1:0"


def test_a_view_falls_back_to_new_cases_by_priority() -> None:
    assert QueueView.from_query({"stage": "x", "sort": "drop table", "page": "-1"}) == QueueView()
    assert QueueView.from_query(
        {"stage": "all", "sort": "value", "page": "3", "find": " AWB7 "}
    ) == QueueView("all", "AWB7", "value", 3)


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder: Path = tmp_path_factory.mktemp("published")
    make_published(folder, datetime(2026, 11, 22, 9, tzinfo=UTC))
    connection = duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True)
    connection.execute("set timezone = 'Asia/Kolkata'")
    return connection


@pytest.mark.parametrize(
    ("name", "text", "same_as"),
    [
        ("courier", "delhivery,ekart", "courier in ('delhivery', 'ekart')"),
        ("reason", "address_issue", "reason_bucket = 'address_issue'"),
        ("ndr_date", "2026-11-01..2026-11-07", "first_ndr_at::date between '2026-11-01' and '2026-11-07'"),
        ("payment", "COD", "payment_mode = 'COD'"),
        ("value", "2000..5000", "order_value between 2000 and 5000"),
        ("allocated", "2026-11-10..", "allocated_at::date >= '2026-11-10'"),
        ("attempts", "2,4", "attempts = 2 or attempts >= 4"),
        ("customer", "no", "not has_customer_feedback"),
        ("operations", "yes", "has_ops_feedback"),
        ("status", "held", "tracking_status = 'held'"),
        ("follow_ups", "0,3", "follow_ups = 0 or follow_ups >= 3"),
        ("outcome", "delivered,lost", "shipment_outcome in ('delivered', 'lost')"),
        ("band", "none,over_48h", "response_band = 'none' or response_band = 'over_48h'"),
        (
            "waiting",
            "4h_24h",
            "response_minutes > 240 or response_minutes is null and date_diff('second', first_ndr_at,"
            " coalesce(closed_at, (select as_of from marts.rpt_build))) > 240 * 60",
        ),
        ("message", "delivered", "has_delivered_template"),
        ("message", "answered", "is_template_answered"),
        (
            "instruction",
            "sent",
            "exists (select 1 from marts.fct_instructions as i where i.case_id = fct_ndr_cases.case_id"
            " and i.submitted_at is not null)",
        ),
        (
            "instruction",
            "accepted",
            "exists (select 1 from marts.fct_instructions as i where i.case_id = fct_ndr_cases.case_id"
            " and i.accepted_at is not null)",
        ),
        ("state", "Karnataka", "cast(pincode as int) < 560045"),
        ("district", "Mysuru", "cast(pincode as int) % 2 = 1 and cast(pincode as int) < 560060"),
        ("district", "unknown", "pincode is null or cast(pincode as int) >= 560060"),
        ("pincode", "560001,560002", "pincode in ('560001', '560002')"),
        ("final", "yes", "is_mature"),
        (
            "asker",
            "rule,customer",
            "exists (select 1 from marts.fct_instructions as i where i.case_id = fct_ndr_cases.case_id"
            " and i.source in ('rule', 'customer'))",
        ),
        (
            "judged",
            "honoured",
            "exists (select 1 from marts.fct_instructions as i where i.case_id = fct_ndr_cases.case_id"
            " and i.outcome = 'honoured')",
        ),
        (
            "judged",
            "courier_fault",
            "exists (select 1 from marts.fct_instructions as i where i.case_id = fct_ndr_cases.case_id"
            " and i.fault = 'courier')",
        ),
    ],
)
def test_each_filter_selects_what_it_says_by_ist_dates(
    cases: duckdb.DuckDBPyConnection, name: str, text: str, same_as: str
) -> None:
    where, params = on_cases(Filters.from_query({name: text}))
    both = f"select count(*) filter (where {where}), count(*) filter (where {same_as}), count(*)"
    found, expected, total = cases.execute(f"{both} from marts.fct_ndr_cases", params).fetchall()[0]
    assert found == expected and 0 < found < total


def test_filters_combine(cases: duckdb.DuckDBPyConnection) -> None:
    where, params = on_cases(
        Filters.from_query({"courier": "delhivery", "payment": "COD", "customer": "yes"})
    )
    found = cases.execute(f"select count(*) from marts.fct_ndr_cases where {where}", params).fetchall()
    expected = cases.execute(
        "select count(*) from marts.fct_ndr_cases where courier = 'delhivery' and payment_mode = 'COD'"
        " and has_customer_feedback"
    ).fetchall()
    assert found == expected and found[0][0] > 0


def test_the_end_of_a_date_range_is_the_end_of_the_ist_day() -> None:
    where, params = on_cases(Filters.from_query({"ndr_date": "2026-11-01..2026-11-01"}))
    assert where == "first_ndr_at >= ? and first_ndr_at < ?"
    low, high = params
    assert isinstance(low, datetime) and isinstance(high, datetime)
    assert (low.isoformat(), high - low) == ("2026-11-01T00:00:00+05:30", timedelta(days=1))
