"""What agents do on the Case page in a real browser: they enter, see it at once, and do not overwrite each other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page, expect

from ledger import entries
from ledger.database import open_ledger
from settings import PROJECT_DIR, Settings
from tests.dashboards import served

expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def world(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the stand-in world that these tests may write to."""
    folder = tmp_path_factory.mktemp("agents") / "data"
    shutil.copytree(demo_data, folder)
    return folder


@pytest.fixture(scope="module")
def address(world: Path) -> Iterator[str]:
    with served.server(world) as found:
        yield found


@pytest.fixture(scope="module")
def cases(world: Path) -> Iterator[tuple[str, str, str]]:
    """New cases, one for each test that enters something: case_id, courier, AWB."""
    with duckdb.connect(str(world / "published" / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select case_id, courier, awb from marts.fct_ndr_cases as c where stage = 'new' and not exists"
            " (select 1 from marts.dim_shipments as s where s.awb = c.awb and s.epoch > c.epoch) order by 1"
        ).fetchall()
    return iter(rows)


@pytest.fixture
def case(cases: Any) -> tuple[str, str, str]:
    found: tuple[str, str, str] = next(cases)
    return found


def kept(world: Path, case: tuple[str, str, str]) -> list[tuple[Any, ...]]:
    """What the ledger has of the parcel: author, kind, call outcome."""
    ledger = open_ledger(Settings(data_dir=world))
    with closing(ledger):
        rows = entries.of_parcel(ledger, case[1], case[2])
    return [(row.author, row.kind, row.content["call_outcome"]) for row in rows]


def start(visit: served.Visit, case: tuple[str, str, str], agent: str) -> Page:
    """The case's page, with an agent who has typed a name."""
    page = visit.open(f"case?case={case[0]}")
    page.get_by_label("Who are you?").fill(agent)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text(f"You enter as {agent}.")).to_be_visible()
    visit.settle()
    return page


@pytest.fixture
def visit(chrome: Browser, address: str) -> Iterator[served.Visit]:
    found = served.Visit(chrome, address)
    yield found
    found.close()


def test_a_call_is_a_key_is_seen_at_once_and_after_a_build_it_is_there_once(
    visit: served.Visit, world: Path, case: tuple[str, str, str]
) -> None:
    page = start(visit, case, "asha")
    lines = page.locator(".timeline .event")
    before = lines.count()
    page.keyboard.press("2")
    expect(page.get_by_text("Kept: Followed up: line busy")).to_be_visible()
    expect(lines).to_have_count(before + 1)
    waiting = page.locator(".event.waiting")
    expect(waiting).to_have_count(1)
    expect(waiting).to_contain_text("On its way")
    assert kept(world, case) == [("asha", "follow_up", "busy")]

    command = [sys.executable, "-m", "orchestration.cli", "build"]
    environment = {**os.environ, "NDR_DATA_DIR": str(world), "PYTHONPATH": str(PROJECT_DIR)}
    done = subprocess.run(
        command, cwd=PROJECT_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    # The page follows the new build by itself.
    expect(waiting).to_have_count(0)
    expect(lines).to_have_count(before + 1)
    expect(page.locator(".event.lane-operations", has_text="Followed up: line busy")).to_have_count(1)


def test_two_clicks_are_one_call(visit: served.Visit, world: Path, case: tuple[str, str, str]) -> None:
    page = start(visit, case, "asha")
    page.get_by_role("button", name="Switched off").dblclick()
    expect(page.get_by_text("Kept: Followed up: phone switched off")).to_be_visible()
    visit.settle()
    expect(page.locator(".event.waiting")).to_have_count(1)
    assert kept(world, case) == [("asha", "follow_up", "switched_off")]


def test_the_second_of_two_decisions_is_refused_and_shown_the_first(
    chrome: Browser, address: str, visit: served.Visit, world: Path, case: tuple[str, str, str]
) -> None:
    page = start(visit, case, "asha")
    page.keyboard.press("5")
    page.get_by_role("button", name="Come again").click()
    page.get_by_label("New address").wait_for()
    page.get_by_placeholder("Remark, if there is one").fill("after the school")
    page.get_by_label("New address").fill("7, 2nd Main, Jayanagar")

    other = served.Visit(chrome, address)
    second = start(other, case, "imran")
    second.keyboard.press("6")
    second.get_by_role("button", name="Return it").click()
    second.get_by_text("the sale is lost.").wait_for()
    second.get_by_role("button", name="Save").click()
    second.get_by_role("button", name="Yes, return it").click()
    expect(second.get_by_text("Kept: Chose the return")).to_be_visible()
    other.close()

    # The page finds it by itself, and nothing that is typed is lost; it is refused all the same.
    expect(page.locator(".news")).to_contain_text("imran")
    expect(page.get_by_label("New address")).to_have_value("7, 2nd Main, Jayanagar")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".news")).to_contain_text("Nothing was saved")
    expect(page.locator(".news")).to_contain_text("Chose the return")
    assert kept(world, case) == [("imran", "rto", None)]
    expect(page.get_by_placeholder("Remark, if there is one")).to_have_value("after the school")
    expect(page.get_by_label("New address")).to_have_value("7, 2nd Main, Jayanagar")
    visit.settle()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Kept: Chose another attempt: call answered")).to_be_visible()
    assert kept(world, case) == [("imran", "rto", None), ("asha", "reattempt", "picked")]
    expect(page.locator(".event.waiting")).to_have_count(2)


def test_the_name_survives_a_reload_and_stays_in_its_tab(
    chrome: Browser, address: str, visit: served.Visit, case: tuple[str, str, str]
) -> None:
    page = start(visit, case, "asha")
    page.reload()
    expect(page.get_by_text("You enter as asha.")).to_be_visible()
    assert "asha" not in page.url
    colleague = served.Visit(chrome, address)
    colleague.open(page.url.removeprefix(f"{address}/"))
    expect(colleague.page.get_by_label("Who are you?")).to_be_visible()
    colleague.close()
    page.get_by_role("button", name="Not you?").click()
    expect(page.get_by_label("Who are you?")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Who are you?")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_fits_a_phone(
    chrome: Browser, address: str, world: Path, case: tuple[str, str, str], scheme: str
) -> None:
    visit = served.Visit(chrome, address, 360, scheme)
    page = start(visit, case, "asha")
    page.get_by_role("button", name="Answered").click()
    page.get_by_role("button", name="Come again").click()
    page.get_by_label("New address").wait_for()
    start_box, end_box = (page.get_by_label(label, exact=True).bounding_box() for label in ("From", "To"))
    assert start_box and end_box and abs(start_box["y"] - end_box["y"]) < 5
    assert page.locator('[data-testid="stMain"]').evaluate("node => node.scrollWidth") <= 360
    page.get_by_role("button", name="Save").click()
    expect(
        page.get_by_text("Kept: Chose another attempt: call answered (tomorrow, 17:00 to 20:00)")
    ).to_be_visible()
    assert page.locator('[data-testid="stMain"]').evaluate("node => node.scrollWidth") <= 360
    assert kept(world, case) == [("asha", "reattempt", "picked")]
    visit.close()
