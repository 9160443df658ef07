"""The whole loop in a real browser: an agent asks, the courier takes it, and what the courier then does is judged.

The courier is the simulated Ekart over HTTP; the clock is a simulated one, which stands a day later in the second half.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, expect

from ledger.database import open_ledger
from ledger.entries import Entry, enter
from orchestration.dispatching import dispatch
from settings import PROJECT_DIR, Settings
from tests.commands import ndr
from tests.dashboards import served
from tests.dashboards.test_evidence import pdf_text

expect.set_options(timeout=60_000)

KEPT, BROKEN = "EKLOOP0001", "EKLOOP0002"
FAILED = datetime.fromisoformat("2026-03-10T12:00:00+05:30")
TODAY = datetime.fromisoformat("2026-03-10T14:00:00+05:30")
NEXT_DAY = datetime.fromisoformat("2026-03-11T16:00:00+05:30")
SETTINGS = {"TOKEN": "t", "USERNAME": "u", "PASSWORD": "p", "ACCOUNT": "a"}


def clock(at: datetime) -> dict[str, str]:
    """A clock that stands at this instant now, for every process."""
    origin = datetime.now(UTC).isoformat()
    return {"NDR_CLOCK_START": at.isoformat(), "NDR_CLOCK_ORIGIN": origin, "NDR_UNDO_SECONDS": "1"}


@contextmanager
def at(instant: datetime) -> Iterator[dict[str, str]]:
    """The environment of everything that runs then."""
    with pytest.MonkeyPatch.context() as patch:
        given = clock(instant)
        for name, value in given.items():
            patch.setenv(name, value)
        yield given


@contextmanager
def courier() -> Iterator[str]:
    """The simulated couriers; gives their address."""
    desks = subprocess.Popen(
        [sys.executable, "-m", "simulator.desks"], cwd=PROJECT_DIR, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT_DIR)},
    )  # fmt: skip
    try:
        assert desks.stdout is not None
        yield desks.stdout.readline().split()[-1]
    finally:
        desks.terminate()
        desks.wait()


def asked(address: str, path: str, document: Any = None) -> Any:
    body = None if document is None else json.dumps(document).encode()
    request = urllib.request.Request(f"{address}/{path}", body)  # noqa: S310 (loopback)
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        return json.loads(answer.read())


def case_id(data: Path, awb: str) -> str:
    with duckdb.connect(str(data / "published" / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute("select case_id from marts.fct_ndr_cases where awb = ?", [awb]).fetchone()
    assert found is not None
    return str(found[0])


def tell(folder: Path, name: str, rows: list[tuple[str, str, datetime, str, str]]) -> Path:
    """A file of scans: AWB, native code, instant, reason, leg."""
    lines = ["courier,awb,scanned_at,native_code,reason_code,leg"]
    lines += [
        f"ekart,{awb},{when.isoformat()},{code},{reason},{leg}" for awb, code, when, reason, leg in rows
    ]
    path = folder / f"scans_{name}.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two parcels of Ekart whose delivery failed at noon, published."""
    folder = tmp_path_factory.mktemp("loop")
    (folder / "shipments.csv").write_text(
        "courier,awb,order_id,manifested_at,payment_mode,order_value,pincode,origin_pincode,customer_name\n"
        + "".join(
            f"ekart,{awb},ORD-{awb},2026-03-08T10:00:00+05:30,COD,1499,560001,110001,A. Customer\n"
            for awb in (KEPT, BROKEN)
        )
    )
    scans = [
        (awb, code, FAILED - timedelta(hours=hours), reason, "")
        for awb in (KEPT, BROKEN)
        for code, hours, reason in (
            ("shipment_out_for_delivery", 3, ""),
            ("shipment_undelivered|attempted", 0, "Customer Not Available"),
        )
    ]
    tell(folder, "begin", scans)
    with at(TODAY) as given:
        ndr(folder / "data", "load", str(folder), **given)
        ndr(folder / "data", "build", **given)
    return folder / "data"


def test_what_an_agent_asks_is_mailed_done_and_judged(chrome: Browser, data: Path, tmp_path: Path) -> None:
    with at(TODAY) as given, courier() as desks, pytest.MonkeyPatch.context() as patch:
        for name, value in {**SETTINGS, "BASE_URL": f"{desks}/ekart"}.items():
            patch.setenv(f"NDR_EKART_{name}", value)
        failed = {"courier": "ekart", "status": "failed_delivery", "attempts": 1, "at": FAILED.isoformat()}
        asked(desks, "_world/parcels", [{**failed, "awb": awb} for awb in (KEPT, BROKEN)])
        _ask_and_send(chrome, data, desks, given)
    with at(NEXT_DAY) as given:
        day = NEXT_DAY.replace(hour=0)
        scans = [
            (KEPT, "shipment_out_for_delivery", day + timedelta(hours=10), "", ""),
            (KEPT, "shipment_delivered", day + timedelta(hours=12), "", ""),
            (BROKEN, "shipment_rto_created", day + timedelta(hours=9), "", "return"),
        ]
        ndr(data, "load", str(tell(tmp_path, "next_day", scans)), **given)
        ndr(data, "build", **given)
        _judged(chrome, data, tmp_path)


def _ask_and_send(chrome: Browser, data: Path, desks: str, given: dict[str, str]) -> None:
    settings = Settings(data_dir=data)
    now = settings.now()
    with closing(open_ledger(settings)) as ledger:
        content = {"requested_on": "2026-03-11", "call_id": "C1"}
        enter(ledger, Entry("ekart", BROKEN, "operations", "Imran", "reattempt", content, now, now))
    with served.server(data) as address:
        visit = served.Visit(chrome, address)
        page = visit.open(f"case?case={case_id(data, KEPT)}")
        page.get_by_label("Who are you?").fill("asha")
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_text("You enter as asha.")).to_be_visible()
        visit.settle()
        page.keyboard.press("6")
        page.get_by_label("New address").wait_for()
        page.get_by_role("button", name="Save").click()
        expect(page.locator("p.steps .pill.orange")).to_have_text("On its way")
        ndr(data, "build", **given)
        expect(page.locator("p.steps .pill.blue")).to_have_text("Processed")
        # The browser's own event loop is this thread's.
        with ThreadPoolExecutor() as pool:
            pool.submit(dispatch, settings, linger_seconds=3).result()
        ndr(data, "build", **given)
        expect(page.locator("p.steps .pill.green")).to_have_text("Mailed")
        visit.close()
    effects = asked(desks, "_world/effects")
    assert sorted((one["awb"], one["action"], one["on"]) for one in effects) == [
        (KEPT, "reattempt", "2026-03-11"), (BROKEN, "reattempt", "2026-03-11"),
    ]  # fmt: skip


def _judged(chrome: Browser, data: Path, tmp_path: Path) -> None:
    with served.server(data) as address:
        visit = served.Visit(chrome, address)
        page = visit.open(f"case?case={case_id(data, KEPT)}")
        assert "elivered" in visit.answer()
        expect(page.get_by_text("Honoured: delivered").first).to_be_visible()
        page = visit.open("sla_breaches")
        expect(page.locator("table tbody")).to_contain_text(BROKEN)
        page.locator("table a", has_text="Evidence, escalate").first.click()
        with page.expect_download() as downloading:
            page.get_by_role("button", name="Evidence pack, PDF").click()
        target = tmp_path / "pack.pdf"
        downloading.value.save_as(target)
        assert BROKEN in pdf_text(target.read_bytes())
        visit.close()
