"""What people do about couriers in a real browser: take a decision back, escalate a breach, decide for many at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, expect

from tests.dashboards import served, test_agents_browser
from tests.dashboards.test_agents_browser import start
from tests.dashboards.test_evidence import pdf_text

world, cases, case, visit = (
    getattr(test_agents_browser, name) for name in ("world", "cases", "case", "visit")
)  # the fixtures of the agents' browser tests, for a world of this module's own


@pytest.fixture(scope="module")
def address(world: Path) -> Iterator[str]:
    """The pages, with time enough to take something back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NDR_UNDO_SECONDS", "600")
        with served.server(world) as found:
            yield found


def test_a_reattempt_is_on_its_way_until_it_is_taken_back(
    visit: served.Visit, world: Path, case: tuple[str, str, str]
) -> None:
    page = start(visit, case, "asha")
    page.keyboard.press("6")
    page.get_by_label("New address").wait_for()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Kept: Chose another attempt")).to_be_visible()
    expect(page.locator(".event.waiting")).to_have_count(1)
    expect(page.locator("p.steps .pill.orange")).to_have_text("On its way")
    expect(page.get_by_text("can be taken back until")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("can be taken back until")).to_have_count(0)
    expect(page.locator(".event.waiting")).to_contain_text("Taken back: Chose another attempt")
    expect(page.locator("p.steps")).to_have_count(0)
    expect(page.get_by_role("button", name="Busy")).to_be_visible()
    rows = test_agents_browser.entries.of_parcel(ledger := _ledger(world), case[1], case[2])
    ledger.close()
    assert [row.kind for row in rows] == ["reattempt", "undo"]


def _ledger(world: Path) -> test_agents_browser.entries.Ledger:
    return test_agents_browser.open_ledger(test_agents_browser.Settings(data_dir=world))


def test_a_breach_is_raised_and_its_pack_downloads(visit: served.Visit, world: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(world / "published" / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select awb, count(*) over () from marts.rpt_sla_breaches order by return_started_at desc, instruction_id"
        ).fetchone()
    assert found is not None
    awb, number = found
    page = visit.open("sla_breaches")
    assert visit.answer().endswith(f"{number} not yet raised.")
    page.locator("table a", has_text="Evidence, escalate").first.click()
    page.get_by_label("Who are you?").fill("divya")
    page.get_by_role("button", name="Start").click()
    page.get_by_label("Mail or ticket").fill("MAIL-7")
    page.get_by_role("button", name="Raise with the courier").click()
    expect(page.locator(".panel", has_text="What became of it")).to_contain_text("MAIL-7")
    for label in ("PDF", "CSV"):
        # A page that is drawn anew at that moment takes the button away.
        visit.settle()
        with page.expect_download() as downloading:
            page.get_by_role("button", name=f"Evidence pack, {label}").click()
        target = tmp_path / label
        downloading.value.save_as(target)
        assert downloading.value.suggested_filename.startswith(f"evidence_{awb}_")
        body = target.read_bytes()
        if label == "PDF":
            assert body.startswith(b"%PDF") and awb in pdf_text(body)
        else:
            assert awb in body.decode("utf-8-sig") and "Return started" in body.decode("utf-8-sig")
    page.get_by_text("← All breaches").click()
    expect(page.locator("p.answer")).to_contain_text(f"{number - 1} not yet raised.")
    page.locator(".tabs a", has_text="Raised").nth(1).click()
    expect(page.locator("table tbody tr")).to_have_count(1)
    expect(page.locator("table tbody tr")).to_contain_text(awb)
    expect(page.locator("table tbody tr")).to_contain_text("On its way")


def test_a_hold_for_two_parcels_of_the_queue_is_confirmed_once_and_taken_back(
    visit: served.Visit, world: Path
) -> None:
    page = visit.open("queue?stage=new")
    boxes = page.locator("[data-pick]")
    chosen = [boxes.nth(place).get_attribute("data-pick") for place in (3, 5)]
    for place in (3, 5):
        boxes.nth(place).click()
    page.get_by_label("Who are you?").fill("asha")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Hold").click()
    expect(page.get_by_text("2 parcels: ")).to_be_visible()
    page.get_by_role("button", name="Go on …").click()
    page.get_by_role("button", name="Yes, for 2 parcels").click()
    expect(page.get_by_text("Kept: hold, for 2 parcels.")).to_be_visible()
    expect(page.locator("table .pill", has_text="On its way")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("table .pill", has_text="On its way")).to_have_count(0)
    page.get_by_role("button", name="Done").click()
    expect(page.locator("[data-pick]:checked")).to_have_count(0)
    with duckdb.connect(str(world / "published" / "warehouse.duckdb"), read_only=True) as connection:
        for case_id in chosen:
            parcel = connection.execute(
                "select case_id, courier, awb from marts.fct_ndr_cases where case_id = ?", [case_id]
            ).fetchone()
            assert parcel is not None
            ledger = _ledger(world)
            rows = test_agents_browser.entries.of_parcel(ledger, parcel[1], parcel[2])
            ledger.close()
            assert [row.kind for row in rows] == ["hold", "undo"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["actions?tab=pending", "actions?tab=failed", "sla_breaches", "queue"])
def test_pages_about_couriers_fit_a_phone(chrome: Browser, address: str, path: str, scheme: str) -> None:
    visit = served.Visit(chrome, address, 360, scheme)
    visit.open(path)
    assert visit.page.get_by_test_id("stException").count() == 0
    assert visit.page.locator('[data-testid="stMain"]').evaluate("node => node.scrollWidth") <= 360
    assert visit.strays == []
    visit.close()
