"""Which couriers are asked, about which parcels, and the loop on a clock that runs faster."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from ledger.database import Ledger
from ledger.polls import last_rounds
from orchestration.services import poller
from poller.errors import PollerError
from poller.parcels import under_way
from poller.plan import OPEN_CASE, OUT_FOR_DELIVERY, UNDER_WAY
from poller.serve import poll, targets
from settings import Settings
from tests.poller.conftest import NOW, Rounds, parcel, publish
from tests.poller.server import serving


def test_a_courier_is_asked_once_its_settings_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert targets() == {}
    assert poller(is_live=False) == []
    assert [one.name for one in poller(is_live=True)] == ["poller"]
    monkeypatch.setenv("NDR_CLICKPOST_USERNAME", "us")
    monkeypatch.setenv("NDR_DELHIVERY_TOKEN", "hush")
    assert list(targets()) == ["delhivery"]
    assert [one.name for one in poller(is_live=False)] == ["poller"]
    monkeypatch.setenv("NDR_CLICKPOST_TOKEN", "hush")
    assert list(targets()) == ["clickpost", "delhivery"]
    assert "hush" not in repr(targets())


def test_without_a_courier_to_ask_it_says_what_to_set(settings: Settings) -> None:
    with pytest.raises(PollerError, match="set NDR_<COURIER>_TOKEN"):
        poll(settings, print)


def test_the_parcels_that_are_under_way(settings: Settings) -> None:
    """Of each AWB the last life, if it is open; one that was not heard of for long only while its case is open."""
    assert under_way(settings, NOW) == []
    month = 30 * 24 * 60
    given = [
        parcel(1, UNDER_WAY, month),
        parcel(2, UNDER_WAY, month + 1),
        parcel(3, OUT_FOR_DELIVERY, 5, via="shiprocket"),
        parcel(4, OPEN_CASE, 9 * month),
        parcel(5, UNDER_WAY, 5),
        parcel(6, UNDER_WAY, 5),
        parcel(7, UNDER_WAY, 7),
    ]
    publish(settings, given)
    with duckdb.connect(str(settings.published_dir / "warehouse.duckdb")) as connection:
        connection.execute(
            "update marts.dim_shipments set shipment_outcome = 'delivered' where awb = 'AW00005'"
        )
        # AW00006 is used again, and its new life has ended.
        connection.execute(
            "insert into marts.dim_shipments select * replace (20260309 as epoch, 'rto' as shipment_outcome)"
            " from marts.dim_shipments where awb = 'AW00006'"
        )
        connection.execute("update marts.dim_shipments set last_scan_at = null where awb = 'AW00007'")
    found = sorted(under_way(settings, NOW), key=lambda one: one.awb)
    assert found == [given[0], given[2], given[3], given[6]]


def test_rounds_follow_a_clock_that_runs_faster(rounds: Rounds, ledger: Ledger) -> None:
    """Half an hour of five-minute rounds in under a second: a round begins on the grid of its period."""
    fast = Settings(
        data_dir=rounds.settings.data_dir, clock_start=NOW, clock_origin=datetime.now(UTC), clock_speed=2400
    )
    publish(fast, [parcel(number) for number in range(3)])
    rounds.settings = fast
    with serving() as server:
        loop = rounds.loop("delhivery", server.address, calls=9000, most_awbs=5)
        loop.answer_seconds = 30

        async def some_rounds() -> None:
            task = asyncio.create_task(loop.run())
            limit = time.monotonic() + 20
            while len(rounds.said) < 5 and time.monotonic() < limit:
                await asyncio.sleep(0.01)
            task.cancel()

        rounds.runner.run(some_rounds())
    assert len(rounds.said) >= 5
    (last,) = last_rounds(ledger)
    assert last.began_at - NOW >= timedelta(minutes=15)
    assert last.began_at.timestamp() % 300 == 0
    assert (last.due, last.asked) == (3, 3)


def test_a_round_that_breaks_does_not_end_the_loop(rounds: Rounds) -> None:
    """Here by a published file that is none: the next round tries again."""
    publish(rounds.settings, [parcel(1)])
    (rounds.settings.published_dir / "warehouse.duckdb").write_bytes(b"no database")
    loop = rounds.loop("delhivery", "http://127.0.0.1:9", period=0.05)

    async def a_while() -> None:
        task = asyncio.create_task(loop.run())
        limit = time.monotonic() + 20
        while len(rounds.said) < 2 and time.monotonic() < limit:
            await asyncio.sleep(0.01)
        task.cancel()

    rounds.runner.run(a_while())
    assert rounds.said[:2] == ["delhivery: no round (IOException); the next one tries again"] * 2
