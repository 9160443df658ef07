"""Benchmarks: our value first with its count, every source for itself, gaps and differing definitions in words."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from dashboards import words
from dashboards.filters import Filters
from dashboards.queries import benchmarks as queries
from dashboards.queries import queue
from dashboards.views import benchmarks as views
from tests.dashboards.stand_in import make_published
from tests.dashboards.test_screens import opened, text_of

SEED = Path(__file__).parents[2] / "dbt_project" / "seeds" / "benchmarks.csv"


def _own(value: float | None, n: int, metric: str = "recovery_rate") -> pl.DataFrame:
    return pl.DataFrame({"metric": [metric], "own_value": [value], "n": [n]})


def _source(source: str, band: str | None, **more: Any) -> dict[str, Any]:
    row = {"metric": "recovery_rate", "source": source, "band": band, "low": 0.25, "high": 0.45}
    return {
        **row,
        "quoted_range": "25–45%",
        "is_definition_same": False,
        "definition_note": "Counts reports",
        **more,
    }


def _band(source: str, band: str, low: float | None, high: float | None, **more: Any) -> dict[str, Any]:
    row = {"metric": "recovery_rate", "source": source, "band": band, "low": low, "high": high}
    return {**row, "quoted_range": "25–45%", "is_ours": False, **more}


BANDS = pl.DataFrame(
    [
        _band("A", "low", None, 0.25),
        _band("A", "standard", 0.25, 0.45, is_ours=True),
        _band("B", "rare", 0.65, None),
        _band("A", "slow", 30.0, 120.0, metric="median_response_minutes"),
    ]
)


def test_every_metric_of_the_seed_has_words_and_says_what_it_counts() -> None:
    with SEED.open(encoding="utf-8", newline="") as lines:
        metrics = {row["metric"] for row in csv.DictReader(lines)}
    assert set(words.METRICS) == set(words.METRIC_COUNTS) == set(words.METRIC_HELP) == metrics


def test_the_first_line_gives_our_value_and_every_source_in_its_own_word() -> None:
    sources = [_source("A", "between bands"), _source("B", "standard"), _source("C", "between bands")]
    assert views.answer(_own(0.38, 1204), pl.DataFrame(sources)) == (
        "Recovery is 38% of 1,204 cases, final weeks: “standard” by B; between the bands of A and C."
    )


def test_of_few_cases_the_count_speaks_and_no_source_judges_it() -> None:
    sources = pl.DataFrame([_source("B", "standard")])
    assert (
        views.answer(_own(0.5, 20), sources)
        == "10 of 20 cases of final weeks were delivered: too few to compare."
    )
    html = views.metrics(_own(0.5, 20), sources, BANDS)
    assert "10 of 20" in html and "too few to compare" in html and "50%" not in html and "mark few" in html


@pytest.mark.parametrize(
    ("band", "low", "high", "told"),
    [
        ("standard", 0.25, 0.45, "“Standard”: 25–45%"),
        ("between bands", 0.3, 0.5, "Between bands: one ends at 30%, the next begins at 50%."),
        ("below bands", None, 0.5, "Below all its bands: the lowest begins at 50%."),
        ("above bands", 0.4, None, "Above all its bands: the highest ends at 40%."),
        (None, None, None, "Nothing to compare yet."),
    ],
)
def test_where_a_value_falls_is_said_in_words(
    band: str | None, low: float | None, high: float | None, told: str
) -> None:
    row = _source("A", band, low=low, high=high)
    value = None if band is None else 0.4
    assert told in views.metrics(_own(value, 100), pl.DataFrame([row], infer_schema_length=None), BANDS)


def test_minutes_are_told_as_time() -> None:
    metric = "median_response_minutes"
    row = _source("A", "between bands", metric=metric, low=30.0, high=120.0)
    html = views.metrics(_own(80.0, 277, metric), pl.DataFrame([row]), BANDS)
    assert "1 h 20 min" in html and "one ends at 30 min, the next begins at 2 h" in html


def test_a_definition_that_differs_has_a_badge_and_its_note() -> None:
    rows = [_source("A", "standard"), _source("B", "standard", is_definition_same=True)]
    first, second = views.metrics(_own(0.4, 100), pl.DataFrame(rows), BANDS).split('class="strip"')[1:]
    assert "Defined differently" in first and "Counts reports" in first and "Same definition" in second


def test_a_source_shows_all_its_bands_on_the_scale_with_our_value_in_its_own() -> None:
    rows = [_source("A", "standard"), _source("B", "below bands", low=None, high=0.65)]
    first, second = views.metrics(_own(0.4, 100), pl.DataFrame(rows), BANDS).split('class="strip"')[1:]
    pieces = re.findall(r'class="band( ours)?" style="left:([\d.]+)%;width:([\d.]+)%', first)
    assert [bool(ours) for ours, _, _ in pieces] == [False, True]
    for _, left, width in pieces:
        assert float(left) >= 0 and float(left) + float(width) <= 100
    _, start, width = pieces[1]
    mark = re.search(r'class="mark" style="left:([\d.]+)%', first)
    assert mark and float(start) <= float(mark[1]) <= float(start) + float(width)
    assert "<b>standard: 25–45%</b>" in first and "low: 25–45%" in first and "<b>low" not in first
    assert second.count('class="band"') == 1 and "ours" not in second


@pytest.mark.parametrize(
    ("metric", "narrowing"),
    [
        ("recovery_rate", ""),
        ("recovery_rate", "outcome=delivered"),
        ("median_response_minutes", "band="),
        ("customer_confirmed_share", "reattempt=confirmed,unconfirmed"),
        ("customer_confirmed_share", "reattempt=confirmed&"),
        ("template_response_rate", "message=delivered"),
        ("template_response_rate", "message=answered"),
    ],
)
def test_what_counts_cases_opens_them(metric: str, narrowing: str) -> None:
    html = views.metrics(
        _own(0.4, 100, metric), pl.DataFrame([_source("A", "standard", metric=metric)]), BANDS
    )
    assert re.search(rf'href="queue\?stage=all[^"]*{narrowing}[^"]*final=yes"', unescape(html))


def test_parcels_that_never_failed_open_nothing_and_the_page_says_so() -> None:
    html = views.metrics(
        _own(0.16, 100, "ndr_rate"), pl.DataFrame([_source("A", "standard", metric="ndr_rate")]), BANDS
    )
    assert "href" not in html and "have no case to open" in html


def test_the_list_behind_messages_is_as_long_as_the_metric_says(
    demo_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NDR_DATA_DIR", str(demo_data))
    own = queries.own().row(by_predicate=pl.col("metric") == "template_response_rate", named=True)

    def behind(word: str) -> int:
        return queue.stage_counts(Filters({"final": ["yes"], "message": [word]}), "")["all"]

    assert behind("delivered") == own["n"] > 0
    assert behind("answered") == round(own["own_value"] * own["n"]) > 0


def test_the_page_shows_every_metric_and_source_once_with_our_count(data_dir: Path) -> None:
    make_published(data_dir / "published", datetime.now(UTC))
    html, own, by_source = text_of(opened("benchmarks")), queries.own(), queries.by_source()
    assert html.count('class="strip"') == by_source.height
    assert html.count('class="band') == queries.bands().height
    assert html.count('class="own"') == own.height == len(words.METRICS)
    assert f"of {own['n'][0]} " in html and html.index('class="own"') < html.index('class="strip"')


def test_without_a_final_week_the_page_says_when_one_is(data_dir: Path) -> None:
    make_published(data_dir / "published", datetime.now(UTC), cases=200, days=3)
    told = text_of(opened("benchmarks"))
    assert "nothing to compare" in told and "A week is final once" in told and "ndr build" in told


def test_a_file_of_another_version_says_what_to_run(data_dir: Path) -> None:
    make_published(data_dir / "published", datetime.now(UTC), cases=50)
    with duckdb.connect(str(data_dir / "published" / "warehouse.duckdb")) as connection:
        connection.execute("drop table marts.rpt_benchmark_scorecard")
    assert "ndr build --full-refresh" in text_of(opened("benchmarks"))
