"""Takes the pictures of the README again: `python -m tests.dashboards.take_pictures DATA_DIR [NAME...]`.

DATA_DIR is a folder that `ndr demo --no-serve` has published into; the pictures (all, or those named) go to
docs/pictures/ and are of the light theme at 1440 pixels.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
from PIL import Image
from playwright.sync_api import sync_playwright

from settings import PROJECT_DIR
from tests.dashboards import served

FOLDER = PROJECT_DIR / "docs" / "pictures"
HEIGHTS = {"recovery": 1560, "pincodes": 1090}
HEIGHT = 1000
BUSIEST = """
    select c.case_id from marts.fct_ndr_cases as c
    join (select case_id, count(distinct lane) as lanes, count(*) as events from marts.fct_case_events group by 1)
        using (case_id)
    where c.stage = 'new' order by lanes desc, first_ndr_at desc, case_id limit 1
"""


def main(data_dir: Path, names: list[str]) -> None:
    """Write one PNG a page; of these names alone if there are any."""
    with duckdb.connect(str(data_dir / "published" / "warehouse.duckdb"), read_only=True) as connection:
        row = connection.execute(BUSIEST).fetchone()
    assert row is not None, "no case to show"
    paths = {
        "recovery": "recovery",
        "queue": "queue",
        "case": f"case?case={row[0]}",
        "actions": "actions",
        "sla-breaches": "sla_breaches",
        "response": "response",
        "couriers": "couriers",
        "pincodes": "pincodes",
        "benchmarks": "benchmarks",
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served.server(data_dir) as address, sync_playwright() as playwright:
        chrome = served.browser(playwright)
        for name in names or paths:
            path = paths[name]
            visit = served.Visit(chrome, address)
            page = visit.open(path)
            page.wait_for_timeout(1500)  # charts draw after the script has ended
            height = page.get_by_test_id("stMainBlockContainer").evaluate("node => node.offsetHeight")
            page.set_viewport_size(
                {"width": 1440, "height": min(max(int(height), 600), HEIGHTS.get(name, HEIGHT))}
            )
            page.wait_for_timeout(800)
            _save(page.screenshot(), FOLDER / f"{name}.png")
            visit.close()
        chrome.close()


def _save(png: bytes, path: Path) -> None:
    path.write_bytes(png)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
