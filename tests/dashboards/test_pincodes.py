"""Pincodes: unknown places stay visible, few cases have no rate, and every link opens the cases it counts."""

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

from dashboards import store
from dashboards.charts import pincodes as charts
from dashboards.filters import Filters
from dashboards.queries import pincodes, queue
from dashboards.view_state import QueueView
from dashboards.views import pincodes as views
from tests.dashboards.stand_in import make_published
from tests.dashboards.test_screens import opened, text_of

LEVELS = ({}, {"state": "Karnataka"}, {"state": "Karnataka", "district": "Mysuru"}, {"state": "unknown"})


def _rows(*failures: int, lost: int = 0) -> pl.DataFrame:
    made: list[dict[str, Any]] = [
        {"pincode": str(560000 + place), "district": "Mysuru", "latitude": 12.0, "failures": number}
        for place, number in enumerate(failures)
    ]
    if lost:
        made.append({"pincode": "unknown", "district": "unknown", "latitude": None, "failures": lost})
    return pl.DataFrame(made)


def test_the_first_line_tells_what_the_worst_pincodes_hold() -> None:
    rows = _rows(*[20] * 20, *[10] * 60)
    assert views.answer(rows, Filters()) == "20 of 80 pincodes hold 40% of 1,000 failures."
    assert views.answer(_rows(9, 3, lost=2), Filters({"state": ["Kerala"]})) == (
        "14 failures in Kerala in 2 pincodes, most in 560000: 9; of 2 the pincode is unknown."
    )
    assert views.answer(_rows(lost=2), Filters()) == "None of 2 failures has a pincode."


def test_failures_without_a_place_are_counted_in_the_title() -> None:
    assert views.title(_rows(9, 3, lost=2)) == "560000 (Mysuru) has most: 9 failures; 2 cannot be drawn"
    assert views.title(_rows(lost=2)) == "No pincode of this view has a known place"


@pytest.mark.parametrize("query", LEVELS)
def test_places_of_a_level_add_up_to_its_pincodes(stand_in_dir: Path, query: dict[str, str]) -> None:
    filters = Filters.from_query(query)
    rows, places = pincodes.pincodes(filters), pincodes.places(filters, "cases")
    for column in ("failures", "open_cases", "final_cases", "final_recovered"):
        assert rows[column].sum() == places[column].sum() > 0
    assert places["pincodes"].sum() == rows.height


def test_all_cases_are_there_and_unknown_is_a_place(stand_in_dir: Path) -> None:
    rows = pincodes.pincodes(Filters())
    assert rows["failures"].sum() == store.fetch("select count(*) from marts.fct_ndr_cases").item()
    lost = store.fetch("select count(*) from marts.fct_ndr_cases where pincode is null").item()
    assert rows.filter(pl.col("pincode") == "unknown")["failures"].to_list() == [lost] and lost > 0
    assert "unknown" in pincodes.places(Filters(), "cases")["state"].to_list()


@pytest.mark.parametrize("query", LEVELS)
def test_every_number_is_that_of_the_cases_its_link_opens(stand_in_dir: Path, query: dict[str, str]) -> None:
    filters = Filters.from_query(query)
    level = pincodes.level(filters)
    html = text_of(opened("pincodes", **query))
    found: dict[tuple[str, str], int] = {}
    for href in {
        unescape(each) for each in re.findall(r'href="(queue\?stage=all&amp;[^"]*state=[^"]*)"', html)
    }:
        link = dict(parse_qsl(urlsplit(href).query))
        if level in link and (level == "pincode" or "pincode" not in link):
            counts = queue.stage_counts(Filters.from_query(link), "")
            found[link[level], link.get("outcome", "") + link.get("final", "")] = counts[
                QueueView.from_query(link).stage
            ]
    expected = {}
    for row in pincodes.places(filters, "cases").to_dicts():
        numbers = {"": row["failures"], "open": row["open_cases"], "yes": row["final_cases"]}
        expected |= {(row[level], name): number for name, number in numbers.items() if number or not name}
    assert found == {key: number for key, number in expected.items() if number}


def test_few_cases_have_a_count_and_no_rate_and_come_last_by_recovery(stand_in_dir: Path) -> None:
    rows = pincodes.places(Filters.from_query({"state": "Karnataka", "district": "Mysuru"}), "recovery")
    html = views.table_of(rows.filter(pl.col("final_cases") < 30), "pincode", Filters(), {}, "recovery")
    assert "%" not in re.sub(r'href="[^"]*"', "", html.split("<tbody>")[1])
    sizes = [cases < 30 for cases in pincodes.places(Filters(), "recovery")["final_cases"]]
    assert sizes == sorted(sizes)


def test_the_caption_counts_the_cases_of_the_view(stand_in_dir: Path) -> None:
    filters = Filters.from_query({"state": "Karnataka"})
    rows = pincodes.pincodes(filters)
    told = text_of(opened("pincodes", state="Karnataka"))
    assert f"alone: {rows['final_cases'].sum()} cases of" in told
    assert views.counted(rows, {"cases": 0}).endswith("no week is final yet.")


def test_a_name_leads_a_level_down_and_chips_lead_back(stand_in_dir: Path) -> None:
    html = text_of(opened("pincodes", state="Karnataka", sort="open"))
    links = [
        dict(parse_qsl(urlsplit(unescape(each)).query))
        for each in re.findall(r'href="(pincodes[^"]*)"', html)
    ]
    assert {"state": "Karnataka", "district": "Mysuru", "sort": "open"} in links
    assert "State: Karnataka" in html


def test_circles_are_the_pincodes_of_known_place_and_open_their_cases(stand_in_dir: Path) -> None:
    rows = pincodes.pincodes(Filters())
    circles = charts.bubbles(rows, pincodes.ground(Filters())).data[1]
    known = rows.filter(pl.col("latitude").is_not_null())
    assert [point[3] for point in circles.customdata] == [f"pincode={each}" for each in known["pincode"]]
    assert list(circles.marker.size) == known["failures"].to_list()


def test_a_place_that_nobody_failed_in_can_be_reset(stand_in_dir: Path) -> None:
    assert "Reset all filters" in text_of(opened("pincodes", state="Nowhere"))


def test_the_opened_queue_names_the_place_as_it_is_spelt(stand_in_dir: Path) -> None:
    assert "District: South East" in text_of(opened("queue", stage="all", district="South East"))


def test_a_file_of_another_version_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_published(tmp_path / "published", datetime.now(UTC), 50)
    monkeypatch.setenv("NDR_DATA_DIR", str(tmp_path))
    with duckdb.connect(str(tmp_path / "published" / "warehouse.duckdb")) as connection:
        connection.execute("drop table marts.dim_pincodes")
    assert "ndr build --full-refresh" in text_of(opened("pincodes"))
