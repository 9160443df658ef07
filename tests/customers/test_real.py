"""The page over a build of the product's own, and as the `ndr` command serves it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import duckdb
import pytest

from couriers.contract import STATUSES
from customers.links import Parcel
from customers.offers import state
from customers.parcels import latest, read
from customers.views import View
from customers.words import LANGUAGES, Words
from settings import PROJECT_DIR, Settings
from tests.customers.stand_in import SECRET, Stood, publish

ONE_OF_EACH = """
    select courier, max(awb), max_by(epoch, awb), tracking_status, shipment_outcome, first_ndr_at is not null
    from marts.dim_shipments where courier <> 'nobody' group by all order by all
"""


def test_every_kind_of_parcel_of_a_build_has_a_page(demo_data: Path) -> None:
    """Of each courier, status and outcome one parcel; the page says what the build says."""
    settings = Settings(data_dir=demo_data)
    with duckdb.connect(str(demo_data / "published" / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(ONE_OF_EACH).fetchall()
    assert len(found) > 30
    for courier, awb, epoch, status, outcome, has_failed in found:
        news = read(settings, Parcel(courier, awb, epoch))
        assert news is not None, awb
        assert (news.status, news.outcome, news.failed_at is not None) == (
            status or "order_created",
            outcome,
            has_failed,
        )
        assert news.status in STATUSES and news.carrier
        if has_failed:
            assert news.phone and news.phone.startswith("••••••") and news.status_at and news.reason
        view = View(Words("hi"), Parcel(courier, awb, epoch), news, None, news.as_of)
        assert view.facts()["headline"] and view.state == state(news, None, news.as_of)
        assert (view.form() is not None) == (view.state == "form")


def test_the_latest_life_of_an_awb_is_found_however_it_is_spelt(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert latest(settings, "ekart", "aw1") == Parcel("ekart", "aw1")  # nothing is published
    publish(
        tmp_path, Stood("ekart", "Aw1"), Stood("ekart", "Aw1", 20261001), Stood("ekart", "AW11", 20261101)
    )
    assert latest(settings, "ekart", "aW1") == Parcel("ekart", "Aw1", 20261001)


def test_the_command_prints_a_link_that_the_receiver_serves_and_never_logs(tmp_path: Path) -> None:
    publish(tmp_path, Stood())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    given = {"NDR_DATA_DIR": str(tmp_path), "NDR_TRACKING_SECRET": SECRET, "NDR_RECEIVER_PORT": port}
    environment = {**os.environ, **given, "PYTHONPATH": str(PROJECT_DIR)}
    ndr = [sys.executable, "-m", "orchestration.cli"]
    printed = subprocess.run(
        [*ndr, "link", "shiprocket", "aw1"],
        cwd=PROJECT_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    address = printed.stdout.strip()
    assert address.startswith(f"http://127.0.0.1:{port}/track/")
    log = tmp_path / "receiver.log"
    with log.open("wb") as out:
        server = subprocess.Popen([*ndr, "receive"], cwd=PROJECT_DIR, env=environment, stdout=out, stderr=out)
    try:
        pages = [_get(f"{address}?lang={language}", server) for language in LANGUAGES]
    finally:
        server.terminate()
        server.wait(timeout=20)
    assert "could not deliver" in pages[0] and "पहुँचा नहीं पाया" in pages[1]
    told = log.read_text()
    assert told.count('"event": "tracking"') == 2
    assert f"tracking page: http://127.0.0.1:{port}/track/<token>" in told
    assert address.rsplit("/", 1)[1] not in told and SECRET not in told


def _get(address: str, server: subprocess.Popen[bytes]) -> str:
    limit = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 (our own loopback address)
                return str(answer.read().decode())
        except OSError:
            assert server.poll() is None and time.monotonic() < limit, "the receiver does not answer"
            time.sleep(0.2)


@pytest.mark.parametrize(("secret", "complaint"), [
    ("", "NDR_TRACKING_SECRET is not set"), ("short", "NDR_TRACKING_SECRET: expected at least 32 characters, got 5"),
])  # fmt: skip
def test_the_command_says_what_is_missing(tmp_path: Path, secret: str, complaint: str) -> None:
    environment = {**os.environ, "NDR_DATA_DIR": str(tmp_path), "NDR_TRACKING_SECRET": secret}
    command = [sys.executable, "-m", "orchestration.cli", "link", "ekart", "AW1"]
    environment["PYTHONPATH"] = str(PROJECT_DIR)
    done = subprocess.run(
        command, cwd=PROJECT_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1 and complaint in done.stderr and done.stdout == ""
