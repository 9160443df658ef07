"""Couriers: rates of few cases are never told, and every number is that of the cases its link opens."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import duckdb
import polars as pl
import pytest

from dashboards import findings, store, words
from dashboards.charts import couriers as charts
from dashboards.filters import Filters
from dashboards.queries import breaches, build, couriers, queue
from dashboards.view_state import QueueView
from dashboards.views import courier_tables
from dashboards.views import couriers as views
from tests.dashboards.stand_in import make_published
from tests.dashboards.test_screens import opened, text_of

NAMES = {"ekart": "Ekart", "delhivery": "Delhivery", "xpressbees": "XpressBees"}
SHARES = {"honoured": 0.5, "not_honoured": 0.4, "sla_breached": 0.1, "courier_fault": 0.2}


def _scorecard(*rows: tuple[str, int, float, float, float, int]) -> pl.DataFrame:
    """courier, cases, raw, on the same mix, mix covered, judged; shares as in SHARES."""
    made = [
        {
            "courier": courier,
            "cases": cases,
            "recovered": round(cases * raw),
            "recovery_rate": raw,
            "recovery_rate_standardised": same,
            "recovery_rate_low": raw - 0.04,
            "recovery_rate_high": raw + 0.05,
            "recovery_rate_standardised_low": same - 0.04,
            "recovery_rate_standardised_high": same + 0.05,
            "reason_mix_covered": covered,
            "judged": judged,
            **{word: round(judged * share) for word, share in SHARES.items()},
            **{f"{word}_share": share if judged else None for word, share in SHARES.items()},
        }
        for courier, cases, raw, same, covered, judged in rows
    ]
    return pl.DataFrame(made)


def test_the_first_line_tells_whose_rate_the_mix_moves_most() -> None:
    scorecard = _scorecard(("delhivery", 400, 0.38, 0.39, 1.0, 0), ("ekart", 300, 0.41, 0.36, 1.0, 0))
    assert findings.couriers(scorecard, NAMES) == "Ekart’s 41% becomes 36% on the same mix of reasons."
    assert findings.same_mix(scorecard, NAMES) == (
        "On the same mix of reasons Delhivery delivers most, 39%, and Ekart least, 36%"
    )


def test_a_rate_that_the_mix_leaves_is_not_made_a_change_of() -> None:
    told = findings.couriers(_scorecard(("xpressbees", 400, 0.381, 0.379, 1.0, 0)), NAMES)
    assert told == "No courier’s recovery moves by a point on the same mix of reasons."


@pytest.mark.parametrize(("cases", "covered"), [(29, 1.0), (300, 0.7)])
def test_few_cases_or_another_mix_are_never_compared(cases: int, covered: float) -> None:
    scorecard = _scorecard(("ekart", cases, 0.9, 0.1, covered, 0))
    assert "too few to compare" in findings.couriers(scorecard, NAMES)
    assert findings.same_mix(scorecard, NAMES) == "Delivered, by courier"


def test_who_does_as_asked_is_told_with_counts() -> None:
    rows = _scorecard(("delhivery", 400, 0.38, 0.39, 1.0, 200), ("ekart", 300, 0.41, 0.36, 1.0, 100))
    rows = rows.with_columns(honoured_share=pl.Series([0.7, 0.4]))
    assert findings.couriers(rows, NAMES).endswith(
        "; Delhivery honoured 70% of 200 accepted reattempts, Ekart 40% of 100."
    )


def test_of_a_courier_with_few_cases_the_count_speaks_in_chart_and_table() -> None:
    scorecard = _scorecard(("ekart", 20, 0.45, 0.6, 0.9, 12), ("delhivery", 400, 0.38, 0.39, 0.9, 0))
    own, same = charts.rates(scorecard, NAMES).data
    assert list(own.text) == ["9 of 20", "38% of 400"] and list(same.text) == ["", "39%"]
    html = views.scorecard(scorecard, Filters(), NAMES, {}, "same_mix")
    ekart, delhivery = html.split("<tr>")[2:]
    assert "%" not in re.sub(r'href="[^"]*"', "", ekart) and "9 of 20" in ekart and "6 of 12" in ekart
    assert "39%" in delhivery and "on 90% of the mix" in delhivery and "–" in delhivery


def test_rates_have_their_intervals_in_chart_and_table_but_not_of_few() -> None:
    scorecard = _scorecard(("ekart", 20, 0.45, 0.6, 0.9, 12), ("delhivery", 400, 0.38, 0.39, 1.0, 0))
    for bars, rate in zip(charts.rates(scorecard, NAMES).data, (0.38, 0.39), strict=True):
        assert list(bars.error_x.array) == pytest.approx([0, 0.05])
        assert list(bars.error_x.arrayminus) == pytest.approx([0, 0.04]) and bars.x[1] == rate
    ekart, delhivery = views.scorecard(scorecard, Filters(), NAMES, {}, "same_mix").split("<tr>")[2:]
    assert "34–43%" in delhivery and "35–44%" in delhivery and "–" not in ekart.replace("data-", "")


def test_of_a_month_with_few_cases_the_count_speaks(stand_in_dir: Path) -> None:
    rows = couriers.monthly(Filters())
    html = courier_tables.months(rows, Filters(), NAMES)
    few = rows.filter(pl.col("cases") < 30)
    assert few.height and html.count('class="muted"') == few.height
    assert len(re.findall(r"\d–\d+% of ", html)) == rows.height - few.height


def test_signals_say_that_they_prove_nothing(stand_in_dir: Path) -> None:
    told = text_of(opened("couriers"))
    assert "A signal is no proof" in told and "fraud" not in told
    assert all(label in told for label in words.SIGNALS.values())


def test_the_cases_beside_the_signals_open_too(stand_in_dir: Path) -> None:
    rows = couriers.signals(Filters())
    html = courier_tables.signals(rows, views.final(Filters()), NAMES)
    links = re.findall(r'data-label="Cases"><div><a data-go href="([^"]*)"[^>]*>([\d,]+)<', html)
    assert [(_behind(unescape(href)), int(told.replace(",", ""))) for href, told in links] == [
        (cases, cases) for cases in rows["cases"]
    ]


def test_the_scorecard_says_small_couriers_last_in_every_order(stand_in_dir: Path) -> None:
    for sort in couriers.SORTS:
        sizes = [cases < 30 for cases in couriers.scorecard(Filters(), sort)["cases"]]
        assert sizes == sorted(sizes)


def test_a_filter_keeps_the_comparison_with_all_couriers(stand_in_dir: Path) -> None:
    everyone = couriers.scorecard(Filters())
    alone = couriers.scorecard(Filters({"courier": ["ekart"]}))
    assert alone.rows() == everyone.filter(pl.col("courier") == "ekart").rows()


def test_every_number_is_that_of_the_cases_its_link_opens(stand_in_dir: Path) -> None:
    """Cases and deliveries by their number; judged reattempts by the cases that have one; breaches by the breach;
    signals and months by their cases."""
    html = text_of(opened("couriers"))
    links = {
        unescape(href) for href in re.findall(r'href="((?:queue|sla_breaches)\?[^"]*final=yes[^"]*)"', html)
    }
    for row in couriers.scorecard(Filters()).to_dicts():
        mine = [link for link in links if f"courier={row['courier']}" in link]
        assert {_narrowing(link): _behind(link) for link in mine} == {
            "": row["cases"],
            "outcome=delivered": row["recovered"],
            "judged=honoured,not_honoured,sla_breached": _cases_of(row["courier"], "true"),
            "judged=honoured": _cases_of(row["courier"], "outcome = 'honoured'"),
            "judged=not_honoured": _cases_of(row["courier"], "outcome = 'not_honoured'"),
            "judged=courier_fault": _cases_of(row["courier"], "fault = 'courier'"),
            "breaches": row["sla_breached"],
            **_signals(row["courier"]),
            **_months(row["courier"]),
        }


_NARROWINGS = ("outcome", "judged", "signal", "ndr_date")


def _signals(courier: str) -> dict[str, int]:
    row = couriers.signals(Filters({"courier": [courier]})).row(0, named=True)
    any_of_them = ",".join(sorted(words.SIGNALS))
    return {
        f"signal={any_of_them}": row["suspect"],
        **{f"signal={word}": row[word] for word in words.SIGNALS},
    }


def _months(courier: str) -> dict[str, int]:
    rows = couriers.monthly(Filters({"courier": [courier]})).rows()
    return {
        f"ndr_date={month}..{month.replace(day=monthrange(month.year, month.month)[1])}": cases
        for _, month, cases, *_ in rows
    }


def _narrowing(link: str) -> str:
    split = urlsplit(link)
    found = [f"{name}={text}" for name, text in parse_qsl(split.query) if name in _NARROWINGS]
    return "breaches" if split.path == "sla_breaches" else "".join(found)


def _behind(link: str) -> int:
    """What the opened page counts."""
    query = dict(parse_qsl(urlsplit(link).query))
    filters = Filters.from_query(query)
    if link.startswith("sla_breaches"):
        return int(breaches.summary(filters.only(breaches.FILTERS))["breaches"])
    return queue.stage_counts(filters, "")[QueueView.from_query(query).stage]


def _cases_of(courier: str, judged: str) -> Any:
    sql = f"""select count(distinct case_id) from marts.fct_instructions join marts.fct_ndr_cases as c using (case_id)
        where c.is_mature and c.courier = ? and action = 'reattempt' and submission = 'submitted'
            and outcome in ('honoured', 'not_honoured', 'sla_breached') and {judged}"""
    return store.fetch(sql, (courier,)).item()


def test_the_opened_queue_names_the_narrowing_and_removes_it(stand_in_dir: Path) -> None:
    html = text_of(opened("queue", stage="all", judged="honoured", final="yes"))
    assert "Accepted reattempt: Honoured" in html and "Week is final: yes" in html


def test_the_caption_says_which_weeks_and_what_does_not_count_yet(stand_in_dir: Path) -> None:
    weeks = build.final_weeks()
    assert f"of {weeks['weeks']} final weeks" in text_of(opened("couriers"))
    one = {**weeks, "weeks": 1, "cases": 1204, "later_cases": 0}
    assert findings.final_weeks(one).startswith("1,204 cases of 1 final week, ")


def test_without_a_final_week_the_page_says_when_one_is_and_where_to_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _published_into(tmp_path, monkeypatch, cases=200, days=3)
    told = text_of(opened("couriers"))
    assert "No week is final yet" in told and 'href="recovery"' in told and "ndr build" in told


def test_a_filter_that_leaves_nothing_can_be_reset(stand_in_dir: Path) -> None:
    assert "Reset all filters" in text_of(opened("couriers", courier="nobody"))


def test_a_file_of_another_version_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _published_into(tmp_path, monkeypatch, cases=50, days=56)
    with duckdb.connect(str(tmp_path / "published" / "warehouse.duckdb")) as connection:
        connection.execute("drop table marts.rpt_courier_scorecard")
    assert "ndr build --full-refresh" in text_of(opened("couriers"))


def _published_into(folder: Path, patch: pytest.MonkeyPatch, cases: int, days: int) -> None:
    make_published(folder / "published", datetime.now(UTC), cases, days)
    patch.setenv("NDR_DATA_DIR", str(folder))
