"""What the poller's tests share: a ledger of its own, a published build, and rounds against a server on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from apis.line import new_client
from couriers import registry
from ledger.database import Ledger, open_ledger
from ledger.polls import Round
from ledger.tables import polls, receipts
from poller.api import Api
from poller.plan import UNDER_WAY, Parcel
from poller.round import AT_ONCE
from poller.serve import Loop, Target
from settings import CourierSettings, Settings

NOW = datetime.now(UTC)
SECRET = SecretStr("hush")


def parcel(number: int, urgency: int = UNDER_WAY, minutes: int | None = None, **fields: Any) -> Parcel:
    """A parcel of Delhivery whose last news is `minutes` old, else the older the smaller its number."""
    age = timedelta(minutes=1000 - number if minutes is None else minutes)
    given = {"courier": "delhivery", "awb": f"AW{number:05}", "via": None} | fields
    return Parcel(urgency=urgency, news_at=NOW - age, **given)


def publish(settings: Settings, parcels: Iterable[Parcel]) -> None:
    """A published file with the columns of dim_shipments that the poller reads."""
    settings.published_dir.mkdir(parents=True, exist_ok=True)
    path = settings.published_dir / "warehouse.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            create schema marts;
            create table marts.dim_shipments (
                shipment_key bigint, epoch int, courier varchar, awb varchar, via varchar, shipment_outcome varchar,
                first_ndr_at timestamptz, manifested_at timestamptz, last_scan_at timestamptz,
                tracking_status varchar
            )
        """)
        words = {0: "failed_delivery", 1: "out_for_delivery", 2: "in_transit"}
        rows = [
            (number, 0, one.courier, one.awb, one.via, "open", None if one.urgency else one.news_at, one.news_at,
             one.news_at, words[one.urgency])
            for number, one in enumerate(parcels)
        ]  # fmt: skip
        connection.executemany(f"insert into marts.dim_shipments values ({', '.join('?' * 10)})", rows)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty folder; the clock is the real one."""
    return Settings(data_dir=tmp_path)


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    opened = open_ledger(settings)
    yield opened
    opened.close()


@dataclass
class Rounds:
    """Rounds of one courier against a server."""

    settings: Settings
    ledger: Ledger
    said: list[str]
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)

    def loop(self, slug: str, address: str, period: float = 300.0, **limits: Any) -> Loop:
        """The loop of a courier, at this address and with other limits."""
        tracking = registry()[slug].tracking
        assert tracking is not None
        own = CourierSettings(token=SECRET, username="us", password=SECRET, base_url=address)
        target = Target(slug, replace(tracking, **limits), own)
        loop = Loop(self.settings, self.ledger, target, frozenset({slug}), self.said.append)
        loop.period = period
        loop.answer_seconds = 0.5
        return loop

    def run(self, *loops: Loop, began: float | None = None) -> list[Round]:
        """One round of each, at the same time; by default of the period that begins now."""

        async def one(loop: Loop) -> Round:
            async with new_client(AT_ONCE, 30.0) as client:
                target = loop.target
                api = Api(target.tracking, target.own, client, loop.clock, loop.answer_seconds)
                return await loop.once(api, loop.clock.now() if began is None else began)

        async def all_of_them() -> list[Round]:
            return await asyncio.gather(*map(one, loops))

        return self.runner.run(all_of_them())

    def bodies(self) -> list[bytes]:
        """The receipts' bodies, in order."""
        with self.ledger.read() as connection:
            return list(connection.scalars(sa.select(receipts.c.body).order_by(receipts.c.id)))

    def polled(self) -> set[str]:
        """The AWBs that are noted as asked."""
        with self.ledger.read() as connection:
            return set(connection.scalars(sa.select(polls.c.awb)))


@pytest.fixture
def rounds(settings: Settings, ledger: Ledger) -> Iterator[Rounds]:
    made = Rounds(settings, ledger, [])
    with made.runner:
        yield made
