"""Recovery: a week that is not final is told by its age and what is open, never by a bare rate."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from dashboards import findings
from dashboards.charts import incidence as curves
from dashboards.charts.trend import trend
from dashboards.filters import Filters
from dashboards.queries import incidence, recovery
from dashboards.queries.intervals import ends
from dashboards.views import recovery as views
from tests.dashboards.test_screens import opened, text_of

FINAL, LATER = date(2026, 10, 26), date(2026, 11, 16)


def _week(week: date, cases: int, recovered: int, is_mature: bool, open_cases: int = 0) -> dict[str, Any]:
    rate = recovered / cases
    return {
        "ndr_week": week,
        "cases": cases,
        "recovered": recovered,
        "open_cases": open_cases,
        "is_mature": is_mature,
        "recovery_rate": rate,
        "recovery_rate_low": rate - 0.05,
        "recovery_rate_high": rate + 0.05,
        "open_share": open_cases / cases,
    }


def _day(week: date, day: int, share: float, watched: int, is_mature: bool = False) -> dict[str, Any]:
    return {
        "ndr_week": week,
        "is_mature": is_mature,
        "day": day,
        "watched": watched,
        "incidence": share,
        "incidence_low": share - 0.06,
        "incidence_high": share + 0.08,
        "incidence_rto": 0.1,
        "is_firm": watched >= 30,
    }


WEEKLY = pl.DataFrame([_week(FINAL, 400, 148, True), _week(LATER, 374, 98, False, 183)])
CURVES = pl.DataFrame(
    [
        _day(FINAL, 4, 0.35, 400, True),
        _day(FINAL, 5, 0.36, 400, True),
        _day(LATER, 4, 0.38, 110),
        _day(LATER, 5, 0.40, 55),
        _day(LATER, 6, 0.90, 3),
    ]
)


def test_a_later_week_is_told_by_the_last_day_that_enough_cases_have_lived_through() -> None:
    latest = incidence.latest(CURVES)
    assert latest.select("ndr_week", "day", "incidence").rows() == [(LATER, 5, 0.40)]
    assert findings.same_age(CURVES, latest) == (
        "16–22 Nov: 40% delivered by day 5; the last final week had 36% by then"
    )


def test_the_chart_never_draws_a_bare_rate_of_a_week_that_is_not_final() -> None:
    figure = trend(WEEKLY, incidence.latest(CURVES))
    drawn = [value for trace in figure.data if "markers" in trace.mode for value in trace.y]
    assert drawn == [148 / 400, 0.40]
    assert list(figure.data[-2].error_y.array) == pytest.approx([0.08])
    assert figure.data[-1].text[0] == "40%<br>by day 5<br>49% open"


def test_a_week_nobody_has_lived_long_enough_in_is_open_and_counted_but_not_drawn() -> None:
    nothing = incidence.latest(CURVES.filter(pl.col("watched") < 30))
    assert nothing.is_empty() and list(trend(WEEKLY, nothing).data[-2].y) == []
    html = views.cards(WEEKLY, _responses(), nothing, pl.DataFrame(), Filters())
    assert "49% open" in html and "98 of 374 delivered so far" in html and "26%" not in html


def test_curves_show_firm_days_alone_the_newest_with_its_interval() -> None:
    figure = curves.curves(CURVES)
    lines = [trace for trace in figure.data if trace.fill is None]
    assert [list(line.x) for line in lines] == [[4, 5], [4, 5]]
    assert sum(trace.fill == "toself" for trace in figure.data) == 1
    assert lines[1].customdata[0][0] == "2026-11-16" and "rests on 55 cases" in lines[1].hovertext[1]


def test_both_denominators_of_the_ndr_rate_have_their_names() -> None:
    row = {
        "week": FINAL,
        "first_out": 5000,
        "first_out_with_ndr": 900,
        "manifested": 6000,
        "manifested_with_ndr": 950,
    }
    html = views.cards(WEEKLY, _responses(), incidence.latest(CURVES), pl.DataFrame([row]), Filters())
    assert (
        "18%" in html
        and "of 5,000 parcels first out for delivery that week; 16% of 6,000 manifested in it" in html
    )
    assert (
        "37% of 400, final (32–42%)" in html and "40% delivered by day 5 (34–48%, rests on 55 cases)" in html
    )


def _responses() -> pl.DataFrame:
    return pl.DataFrame(
        {"ndr_week": [LATER], "cases": [374], "reached": [300], "median_response_minutes": [41.0]}
    )


@pytest.mark.parametrize(
    ("query", "is_told"),
    [
        ({}, True),
        ({"courier": "ekart"}, True),
        ({"reason": "address_issue"}, True),
        ({"courier": "ekart", "reason": "address_issue"}, False),
        ({"courier": "ekart,delhivery"}, False),
        ({"payment": "COD"}, False),
    ],
)
def test_an_incidence_is_shown_only_for_the_mixture_it_was_made_of(
    stand_in_dir: Path, query: dict[str, str], is_told: bool
) -> None:
    filters = Filters.from_query(query)
    assert incidence.is_told(filters) is is_told
    assert incidence.curves(filters).is_empty() is not is_told
    assert ("choose one of these" in text_of(opened("recovery", **query))) is not is_told


def test_the_curves_are_of_the_last_final_week_and_all_later_ones(stand_in_dir: Path) -> None:
    weekly = recovery.weekly(Filters())
    expected = [weekly.filter(pl.col("is_mature"))["ndr_week"].max()]
    expected += weekly.filter(~pl.col("is_mature"))["ndr_week"].to_list()
    assert sorted(incidence.curves(Filters())["ndr_week"].unique()) == [
        week for week in expected if week in set(incidence.curves(Filters())["ndr_week"])
    ]
    assert expected[0] in set(incidence.curves(Filters())["ndr_week"])


def test_the_interval_of_added_counts_is_that_of_the_tables_macro() -> None:
    """The same ends as dbt's macro gives in its unit tests, none of nothing."""
    sql = f"select {ends('p', 'n', 'share')} from (values (0, 1), (1, 1), (1, 2), (0, 2), (4, 8), (0, 0)) as t(p, n)"
    rows = duckdb.sql(sql).fetchall()
    known = [(0, 0.793451), (0.206549, 1), (0.094531, 0.905469), (0, 0.65762), (0.215216, 0.784784)]
    for row, expected in zip(rows, known, strict=False):
        assert row == pytest.approx(expected, abs=1e-6)
    assert rows[-1] == (None, None)


def test_a_week_without_a_final_one_before_it_still_has_its_curve() -> None:
    later = CURVES.filter(~pl.col("is_mature"))
    assert findings.same_age(later, incidence.latest(later)) == "16–22 Nov: 40% delivered by day 5"
    assert re.fullmatch(
        "Delivered by each day.*", findings.same_age(later.clear(), incidence.latest(later.clear()))
    )
