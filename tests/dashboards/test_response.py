"""Response: few cases are never told as a rate, the risk set is said, and every link opens the cases it counts."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import duckdb
import polars as pl
import pytest

from dashboards import findings, store
from dashboards.charts import response as charts
from dashboards.filters import Filters
from dashboards.queries import queue, recovery, response
from dashboards.view_state import QueueView
from dashboards.views import reattempts
from dashboards.views import response as views
from tests.dashboards.stand_in import make_published
from tests.dashboards.test_screens import opened, text_of

DELAYS = {
    "response_minutes": 22.0,
    "responses": 1200,
    "detect_minutes": 0.5,
    "detected": 1200,
    "send_minutes": 95.0,
    "sent": 800,
    "unsent": 7,
    "accept_minutes": 120.0,
    "accepted": 700,
    "settle_minutes": 4000.0,
    "settled": 1100,
    "long": 990,
}


@pytest.fixture(scope="module")
def dated_dir(stand_in_dir: Path) -> Path:
    """A stand-in of which five cases of a final week have a date only."""
    with duckdb.connect(str(stand_in_dir / "published" / "warehouse.duckdb")) as connection:
        connection.execute("use marts")
        connection.execute("""
            create temp table dated as select case_id from fct_ndr_cases where is_mature order by 1 limit 5;
            update fct_ndr_cases set response_band = null, response_minutes = null
            where case_id in (select case_id from dated);
            create or replace table rpt_response_bands as
            select ndr_week, response_band, count(*) as cases, count(*) filter (where is_recovered) as recovered,
                count(*) filter (where is_recovered) / count(*) as recovery_rate, bool_and(is_mature) as is_mature,
                count(*) + 5 as at_risk
            from fct_ndr_cases group by all
        """)
    return stand_in_dir


def _bands(**rows: tuple[int, int]) -> pl.DataFrame:
    """Band to its cases and recovered; `dated` is the row without a band."""
    made = [
        {
            "response_band": None if band == "dated" else band.removeprefix("b_"),
            "cases": cases,
            "recovered": recovered,
            "recovery_rate": recovered / cases,
            "recovery_rate_low": recovered / cases - 0.04,
            "recovery_rate_high": recovered / cases + 0.04,
            "at_risk": None if band == "none" else cases + 100,
        }
        for band, (cases, recovered) in rows.items()
    ]
    return pl.DataFrame(made)


def test_the_first_line_tells_the_median_and_the_fast_beside_the_slow() -> None:
    bands = _bands(within_30m=(400, 204), b_24h_48h=(60, 6), over_48h=(40, 3), none=(300, 60))
    assert views.answer(DELAYS, bands) == (
        "Median 22 min to the first contact; delivered were 51% of those contacted within 30 min "
        "and 9% of those contacted after 24 h."
    )


def test_of_few_the_count_speaks_in_line_chart_and_table() -> None:
    bands = _bands(within_30m=(400, 204), over_48h=(20, 3))
    assert views.answer(DELAYS, bands).endswith("and 3 of the 20 contacted after 24 h.")
    bars = charts.bands(bands).data[0]
    assert list(bars.text) == ["51% of 400", "3 of 20"] and len(set(bars.marker.color)) == 2
    last = views.table_of(bands).split("<tr>")[-1]
    assert "%" not in re.sub(r'href="[^"]*"', "", last) and "too few" in last


def test_a_median_that_is_never_reached_is_said_not_guessed() -> None:
    told = views.answer({**DELAYS, "response_minutes": None}, _bands(none=(1200, 100)))
    assert told == "Too few of 1,200 cases were contacted for a median."


def test_the_caption_states_who_is_in_and_that_speed_is_not_proven_the_cause() -> None:
    told = views.risk_set(_bands(within_30m=(400, 204), none=(300, 60), dated=(1, 0)))
    assert "700 of these whose first failure has a time of day; 1 case has only a date" in told
    assert "Never contacted is a band of its own" in told and "not what speed causes" in told
    assert "which is all of them" in views.risk_set(_bands(none=(300, 60)))


def test_delays_are_medians_with_their_counts(dated_dir: Path) -> None:
    found = response.delays()
    assert found["detect_minutes"] == 3 and found["send_minutes"] == 5
    assert found["detected"] == _one("select count(response_band) from marts.fct_ndr_cases where is_mature")
    html = views.cards(DELAYS, _bands(within_30m=(400, 204)))
    assert "under 1 min" in html and "1 h 35 min" in html and "800 instructions sent; 7 not sent" in html


def test_bands_come_in_their_order_with_those_without_a_time_last(dated_dir: Path) -> None:
    found = response.bands()["response_band"].to_list()
    assert found[-1] is None and found[:-1] == [band for band in findings.BAND_ORDER if band in found]
    assert [point[3] for point in charts.bands(response.bands()[:-1]).data[0].customdata] == [
        f"band={band}" for band in found[:-1]
    ]


def test_every_number_is_that_of_the_cases_its_link_opens(dated_dir: Path) -> None:
    links = {
        unescape(href) for href in re.findall(r'href="(queue\?[^"]*band=[^"]*)"', text_of(opened("response")))
    }
    bands = response.bands().filter(pl.col("response_band").is_not_null())
    expected = {",".join(sorted(bands["response_band"])): bands["cases"].sum()}
    for row in bands.to_dicts():
        expected[row["response_band"]] = row["cases"]
        expected[row["response_band"] + " delivered"] = row["recovered"]
    found = {}
    for link in links:
        query = dict(parse_qsl(urlsplit(link).query))
        assert query["final"] == "yes"
        counts = queue.stage_counts(Filters.from_query(query), "")
        name = f"{query['band']} {query.get('outcome', '')}".strip()
        found[name] = counts[QueueView.from_query(query).stage]
    assert found == expected


def test_reattempts_open_the_cases_that_have_one(dated_dir: Path) -> None:
    """Of each kind, those carried out and those that delivered; a case with several counts once."""
    html = text_of(opened("response"))
    links = {unescape(href) for href in re.findall(r'href="(queue\?[^"]*reattempt=[^"]*)"', html)}
    found = {}
    for link in links:
        query = dict(parse_qsl(urlsplit(link).query))
        assert query["final"] == "yes"
        counted = queue.stage_counts(Filters.from_query(query), "")
        found[query["reattempt"]] = counted[QueueView.from_query(query).stage]
    kinds = {
        "confirmed": "is_recoverable and is_customer_confirmed",
        "unconfirmed": "is_recoverable and not is_customer_confirmed",
        "after_1": "cycle_number = 1",
        "after_2": "cycle_number = 2",
        "after_3": "cycle_number >= 3",
    }
    sql = (
        "select count(distinct case_id) from marts.fct_reattempts join marts.fct_ndr_cases using (case_id)"
        " where is_mature and "
    )
    expected = {kind: _one(sql + which) for kind, which in kinds.items()}
    expected |= {
        f"{kind}_delivered": _one(f"{sql} is_delivered and {which}") for kind, which in kinds.items()
    }
    assert found == expected


def test_of_few_reattempts_the_count_speaks() -> None:
    row = {"delivered_share": 0.5, "delivered_share_low": 0.4, "delivered_share_high": 0.6}
    rows = pl.DataFrame(
        [
            {"kind": "confirmed", "reattempts": 200, "delivered": 100, **row},
            {"kind": "unconfirmed", "reattempts": 29, "delivered": 14, **row},
        ]
    )
    confirmed, unconfirmed = reattempts.table_of(rows, Filters()).split("<tr>")[2:]
    assert "50%" in confirmed and "40–60%" in confirmed
    assert "%" not in re.sub(r'href="[^"]*"', "", unconfirmed) and "too few" in unconfirmed
    assert reattempts.answer(rows) == "Reattempts"


def test_how_long_cases_take_counts_the_open_ones_as_longest(dated_dir: Path) -> None:
    """And opens the ones that took more than 24 hours."""
    found = response.delays()
    known = "is_mature and (resolution_minutes is not null or shipment_outcome = 'open')"
    assert found["settled"] == _one(f"select count(*) from marts.fct_ndr_cases where {known}")
    slow = queue.stage_counts(Filters({"final": ["yes"], "settled": ["no"]}), "")
    fast = queue.stage_counts(Filters({"final": ["yes"], "settled": ["yes"]}), "")
    assert slow["all"] == found["long"] and slow["all"] + fast["all"] == found["settled"]
    html = views.cards(DELAYS, _bands(within_30m=(400, 204)))
    assert (
        "90% of 1,100 cases took more than 24 h" in html
        and "700 instructions that the courier accepted" in html
    )


def test_a_band_says_who_could_be_contacted_in_it() -> None:
    html = views.table_of(_bands(within_30m=(400, 204), none=(300, 60)))
    assert "Still waiting" in html and ">500<" in html and "47–55%" in html


def test_who_could_be_contacted_in_a_band_is_in_the_list_that_opens(
    demo_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NDR_DATA_DIR", str(demo_data))
    told = {row["response_band"]: row["at_risk"] for row in response.bands().to_dicts() if row["at_risk"]}
    opened_cases = {
        band: queue.stage_counts(Filters({"final": ["yes"], "waiting": [band]}), "")["all"] for band in told
    }
    assert told == opened_cases and len(told) > 3
    assert f"waiting={next(iter(told))}" in views.table_of(response.bands())


def test_delays_of_instructions_open_the_cases_that_have_one(dated_dir: Path) -> None:
    html = text_of(opened("response"))
    for word, column in (("sent", "submitted_at"), ("accepted", "accepted_at")):
        assert f"instruction={word}" in html
        expected = _one(
            f"select count(distinct case_id) from marts.fct_instructions as i join marts.fct_ndr_cases using (case_id)"
            f" where is_mature and i.{column} is not null"
        )
        found = queue.stage_counts(Filters({"final": ["yes"], "instruction": [word]}), "")
        assert found["all"] == expected > 0


def test_weeks_that_are_not_final_have_hollow_points(dated_dir: Path) -> None:
    weeks = recovery.response_by_week(Filters())
    symbols = list(charts.by_week(weeks).data[0].marker.symbol)
    assert [symbol == "circle" for symbol in symbols] == weeks["is_mature"].to_list()
    assert {"circle", "circle-open"} == set(symbols)


def test_cases_without_a_time_of_day_are_counted_in_words(dated_dir: Path) -> None:
    assert "5 cases have only a date and no band" in text_of(opened("response"))


def test_the_opened_queue_names_the_band_and_removes_it(dated_dir: Path) -> None:
    assert "First contact: never contacted" in text_of(opened("queue", stage="all", band="none"))


def test_without_a_final_week_the_page_says_when_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_published(tmp_path / "published", datetime.now(UTC), 200, 3)
    monkeypatch.setenv("NDR_DATA_DIR", str(tmp_path))
    told = text_of(opened("response"))
    assert "No week is final yet" in told and 'href="recovery"' in told and "ndr build" in told


def test_a_file_of_another_version_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_published(tmp_path / "published", datetime.now(UTC), 50)
    monkeypatch.setenv("NDR_DATA_DIR", str(tmp_path))
    with duckdb.connect(str(tmp_path / "published" / "warehouse.duckdb")) as connection:
        connection.execute("drop table marts.rpt_response_bands")
    assert "ndr build --full-refresh" in text_of(opened("response"))


def _one(sql: str) -> Any:
    return store.fetch(sql).item()
