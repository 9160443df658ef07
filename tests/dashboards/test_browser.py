"""What a person does: opens every page, filters, opens a case, exports; the numbers are those of a query."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, expect

from dashboards import formats
from dashboards.views.queue import STAGE_NAMES
from tests.dashboards import served
from tests.dashboards.router import MENU

expect.set_options(timeout=60_000)
PAGES = ("", *MENU)


@pytest.fixture(scope="module")
def address(demo_data: Path) -> Iterator[str]:
    with served.server(demo_data) as found:
        yield found


@pytest.fixture
def visit(chrome: Browser, address: str) -> Iterator[served.Visit]:
    found = served.Visit(chrome, address)
    yield found
    found.close()


@pytest.fixture(scope="module")
def ask(demo_data: Path) -> Any:
    """One row or value of a query on both published files."""
    published = demo_data / "published"
    connection = duckdb.connect(str(published / "warehouse.duckdb"), read_only=True)
    connection.execute(f"attach '{published / 'operations.duckdb'}' as agents (read_only)")
    connection.execute("set search_path = 'warehouse.marts,agents.personal'")
    connection.execute("set timezone = 'Asia/Kolkata'")

    def answer(sql: str) -> Any:
        row = connection.execute(sql).fetchone()
        assert row is not None
        return row[0] if len(row) == 1 else row

    yield answer
    connection.close()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_as_the_first_page_of_a_visit_and_asks_nothing_of_the_network(
    visit: served.Visit, path: str
) -> None:
    visit.open(path)
    assert visit.page.get_by_test_id("stException").count() == 0
    assert visit.answer()
    assert visit.strays == []


def test_recovery_shows_the_numbers_of_the_weekly_table(visit: served.Visit, ask: Any) -> None:
    page = visit.open("recovery")
    row = page.locator("table tr", has_text="Customer not available").locator("td")
    cases, open_cases, hits, final = ask(
        "select sum(cases), sum(open_cases), sum(recovered) filter (where is_mature),"
        " sum(cases) filter (where is_mature) from marts.rpt_recovery_weekly"
        " where reason_bucket = 'customer_unavailable'"
    )
    expect(row.nth(1)).to_have_text(formats.count(cases))
    expect(row.nth(3)).to_have_text(formats.rate(hits, final, True))
    expect(row.nth(4)).to_have_text(formats.count(open_cases))
    card = page.locator(".card", has_text="Open now").locator(".value")
    expect(card).to_have_text(
        formats.count(ask("select count(*) from marts.fct_ndr_cases where shipment_outcome = 'open'"))
    )
    expect(page.locator(".js-plotly-plot")).to_have_count(6)


def test_a_number_leads_to_the_cases_behind_it(visit: served.Visit, ask: Any) -> None:
    page = visit.open("recovery")
    page.locator("table a", has_text="Address wrong").click()
    page.wait_for_url("**/queue?**reason=address_issue**")
    number = ask("select count(*) from marts.fct_ndr_cases where reason_bucket = 'address_issue'")
    expect(page.locator('.tabs a[aria-current="page"]')).to_have_text(f"All{formats.count(number)}")
    page.go_back()
    page.wait_for_url("**/recovery")
    expect(page.locator("h1")).to_have_text("Recovery")


def test_a_cell_of_the_heat_map_leads_to_its_cases(visit: served.Visit, ask: Any) -> None:
    page = visit.open("recovery")
    page.locator(".st-key-wide_heat .nsewdrag").first.wait_for()
    page.locator(".st-key-wide_heat").scroll_into_view_if_needed()
    box = page.locator(".st-key-wide_heat .nsewdrag").first.bounding_box()
    assert box is not None
    weeks, reasons = ask(
        "select count(distinct ndr_week), count(distinct reason_bucket) from marts.fct_ndr_cases"
    )
    page.mouse.click(box["x"] + box["width"] * 1.5 / weeks, box["y"] + box["height"] * 0.5 / reasons)
    page.wait_for_url("**/queue?**ndr_date=**")
    number = ask(
        "with top as (select mode(reason_bucket) as reason from marts.fct_ndr_cases),"
        " week as (select distinct ndr_week from marts.fct_ndr_cases order by 1 offset 1 limit 1)"
        " select count(*) from marts.fct_ndr_cases, top, week"
        " where reason_bucket = reason and fct_ndr_cases.ndr_week = week.ndr_week"
    )
    expect(page.locator('.tabs a[aria-current="page"]')).to_have_text(f"All{formats.count(number)}")


def test_a_courier_leads_to_its_cases_of_final_weeks_from_the_table_and_from_the_chart(
    visit: served.Visit, ask: Any
) -> None:
    courier, cases, couriers = ask(
        "select courier, cases, count(*) over () from marts.rpt_courier_scorecard"
        " order by cases < 30, recovery_rate_standardised desc, courier limit 1"
    )
    tab = '.tabs a[aria-current="page"]'
    page = visit.open("couriers")
    page.locator("table tbody tr").first.locator("td").nth(1).get_by_role("link").click()
    page.wait_for_url(f"**/queue?**courier={courier}**final=yes")
    expect(page.locator(tab)).to_have_text(f"All{formats.count(cases)}")
    page = visit.open("couriers")
    plot = page.locator(".st-key-couriers .nsewdrag").first
    plot.wait_for()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.05, box["y"] + box["height"] * 0.4 / couriers)
    page.wait_for_url(f"**/queue?**courier={courier}**final=yes")
    expect(page.locator(tab)).to_have_text(f"All{formats.count(cases)}")


def test_stages_carry_their_counts_and_new_comes_first(visit: served.Visit, ask: Any) -> None:
    page = visit.open("queue")
    for stage in ("new", "processed", "mailed", "closed"):
        number = ask(f"select count(*) from marts.fct_ndr_cases where stage = '{stage}'")
        tab = page.locator(f'.tabs a[href*="stage={stage}"]')
        expect(tab).to_have_text(f"{STAGE_NAMES[stage]}{formats.count(number)}")
    first = ask("select awb from marts.rpt_ndr_queue where stage = 'new' order by priority limit 1")
    expect(page.locator("td a").first).to_have_text(first)


def test_a_filter_set_by_hand_is_in_the_address_and_the_address_shows_a_colleague_the_same(
    visit: served.Visit, chrome: Browser, ask: Any
) -> None:
    page = visit.open("queue?stage=all")
    courier, number = ask(
        "select courier, count(*) from marts.fct_ndr_cases group by 1 order by 2 desc limit 1"
    )
    name = ask(f"select name from marts.dim_couriers where slug = '{courier}'")
    page.get_by_role("button", name="Courier").first.click()
    page.get_by_test_id("stPopoverBody").get_by_role("combobox").click()
    page.get_by_role("option", name=name, exact=True).click()
    page.wait_for_url(f"**courier={courier}**")
    tab = '.tabs a[aria-current="page"]'
    expect(page.locator(tab)).to_have_text(f"All{formats.count(number)}")
    expect(page.locator("a.chip")).to_contain_text(f"Courier: {name}")

    colleague = served.Visit(chrome, visit.address)
    colleague.open(page.url.removeprefix(visit.address + "/"))
    expect(colleague.page.locator(tab)).to_have_text(f"All{formats.count(number)}")
    colleague.page.locator("a.chip").click()
    total = ask("select count(*) from marts.fct_ndr_cases")
    expect(colleague.page.locator(tab)).to_have_text(f"All{formats.count(total)}")
    colleague.close()


def test_a_proof_shows_its_line_of_the_timeline(visit: served.Visit, ask: Any) -> None:
    """The last proof of a breach is far down: its line comes into view and is the only one that stands out."""
    case_id = ask("select min(case_id) from marts.rpt_sla_breaches where case_id is not null")
    page = visit.open(f"case?case={case_id}")
    proof = page.locator("a[data-point]").first
    line = page.locator(f'[data-event~="{proof.get_attribute("data-point")}"]')
    proof.click()
    expect(line).to_be_in_viewport()
    expect(page.locator(".pointed")).to_have_count(1)
    assert "pointed" in (line.get_attribute("class") or "")
    assert f"case={case_id}" in page.url.replace("%3A", ":")


def test_a_case_opens_with_its_timeline_and_the_next_one_is_a_key_away(visit: served.Visit, ask: Any) -> None:
    page = visit.open("queue")
    first, second = ask(
        "select list(case_id order by priority)[1:2] from marts.rpt_ndr_queue where stage = 'new'"
    )
    page.locator("td a").first.click()
    page.wait_for_url("**/case?**")
    for case_id in (first, second):
        awb, name = ask(
            "select awb, customer_name from marts.fct_ndr_cases join personal.prs_case_contacts using (case_id)"
            f" where case_id = '{case_id}'"
        )
        expect(page.locator("h1")).to_have_text(f"Case {awb}")
        events = ask(f"select count(*) from marts.fct_case_events where case_id = '{case_id}'")
        expect(page.locator(".timeline .event")).to_have_count(events)
        expect(page.locator(".facts").first).to_contain_text(name)
        visit.settle()
        page.keyboard.press("n")
    lanes = page.locator(".timeline .event .lane").all_inner_texts()
    assert set(lanes) <= {"Courier", "Customer", "Operations", "System"} and "Courier" in lanes


def test_lanes_have_the_three_colours_and_grey(visit: served.Visit, ask: Any) -> None:
    case_id = ask(
        "select case_id from marts.fct_case_events group by 1 order by count(distinct lane) desc, 1 limit 1"
    )
    page = visit.open(f"case?case={case_id}")
    colours = {
        lane: page.locator(f".lane-{lane} .body").first.evaluate(
            "node => getComputedStyle(node).borderLeftColor"
        )
        for lane in ("courier", "customer", "operations", "system")
    }
    red, green, blue = (_channels(colours[lane]) for lane in ("customer", "operations", "courier"))
    assert red[0] == max(red) and green[1] == max(green) and blue[2] == max(blue)
    assert max(_channels(colours["system"])) - min(_channels(colours["system"])) < 40


def _channels(colour: str) -> list[int]:
    return [int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")[:3]]


def test_the_export_of_breaches_has_every_breach_with_its_value(
    visit: served.Visit, ask: Any, tmp_path: Path
) -> None:
    page = visit.open("sla_breaches")
    number, rupees = ask("select count(*), sum(order_value) from marts.rpt_sla_breaches")
    assert number > 0
    assert f"{formats.count(number)} breach" in visit.answer()
    assert formats.rupees(rupees) in visit.answer()
    with page.expect_download() as waited:
        page.get_by_role("button", name="CSV").click()
    assert waited.value.suggested_filename.startswith("sla-breaches_")
    waited.value.save_as(tmp_path / "breaches.csv")
    with (tmp_path / "breaches.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == number
    assert sum(float(row["Order value (₹)"] or 0) for row in rows) == pytest.approx(float(rupees))


def test_data_health_counts_what_was_kept_out(visit: served.Visit, ask: Any) -> None:
    page = visit.open("data_health")
    cards = page.locator(".card")
    kept_out = ask("select coalesce(sum(rows), 0) from marts.rpt_quarantine")
    expect(cards.filter(has_text="Rows in quarantine").locator(".value")).to_have_text(
        formats.count(kept_out)
    )
    unmapped = ask("select count(*) from marts.rpt_unmapped_codes")
    expect(cards.filter(has_text="Unmapped codes").locator(".value")).to_have_text(formats.count(unmapped))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_is_wider_than_the_screen(
    chrome: Browser, address: str, ask: Any, width: int, scheme: str
) -> None:
    case_id = ask("select min(case_id) from marts.fct_ndr_cases")
    visitor = served.Visit(chrome, address, width, scheme)
    for path in (*PAGES[1:], f"case?case={case_id}"):
        visitor.open(path)
        sizes = visitor.page.evaluate(
            "() => [document.documentElement, document.querySelector('[data-testid=stMain]')]"
            ".map(node => node.scrollWidth)"
        )
        assert max(sizes) <= width, path
    visitor.close()


def test_the_circles_and_the_table_of_pincodes_end_together(visit: served.Visit) -> None:
    """Side by side at 1440 pixels: no empty space below the shorter one."""
    page = visit.open("pincodes")
    plot, table = page.locator(".js-plotly-plot"), page.locator(".within .scroll")
    expect(plot).to_have_css("height", "688px")
    ends = [(box["y"] + box["height"]) for box in (plot.bounding_box(), table.bounding_box()) if box]
    assert abs(ends[0] - ends[1]) < 40
