"""A ledger, a courier on loopback, and a dispatcher that tells it; on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from action_sync.serve import Dispatcher, Target
from couriers import registry
from couriers.actions import Actions
from ledger.database import Ledger, open_ledger
from ledger.tables import outbox
from ledger.wanted import Basis, Wanted, bring_in_step
from settings import CourierSettings, Settings
from tests import postgres
from tests.action_sync.courier import Courier, actions, serving


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A clock that runs six hundred times as fast: pauses are pauses of a test."""
    url = None
    if request.param == "postgresql":
        url = postgres.database(request.getfixturevalue("postgres_folder"))
    now = datetime.now(UTC)
    return Settings(
        data_dir=tmp_path, ledger_url=url, clock_start=now, clock_origin=now, clock_speed=600, _env_file=None
    )  # type: ignore[call-arg]


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of a test's time would be waiting for the next look."""
    monkeypatch.setattr("action_sync.serve.LOOK_SECONDS", 0.05)


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    opened = open_ledger(settings)
    yield opened
    opened.close()


@pytest.fixture
def courier() -> Iterator[Courier]:
    with serving() as world:
        yield world


@dataclass
class World:
    """Orders of one courier, and who sends them."""

    settings: Settings
    ledger: Ledger
    courier: Courier
    said: list[str]
    interface: Actions = field(default_factory=actions)
    build: int = 0

    def want(self, *numbers: int, address: str | None = None, **fields: Any) -> None:
        """Publish a build that wants a visit of these parcels, and of no others."""
        now = self.settings.now()
        self.build += 1
        basis = Basis(f"b{self.build}", now, fields.pop("receipt_id", 0), fields.pop("entry_id", 0))
        order = dict.fromkeys(
            ("requested_on", "window_start", "window_end", "phone", "landmark", "pincode", "carrier", "proof")
        )
        content = {
            "action": fields.pop("action", "reattempt"), "source": "customer", "instructed_at": now.isoformat(),
            "latest_scan_at": None,
        }  # fmt: skip
        content["order"] = {**order, "action": content["action"], "address": address, "remarks": ""}
        wanted = [
            Wanted(f"a{number}", "delhivery", f"AW{number}", "delhivery", content, number, now, **fields)
            for number in numbers
        ]
        bring_in_step(self.ledger, basis, wanted, now)

    def dispatcher(self) -> Dispatcher:
        """One that tells the courier alone, and cannot ask it about parcels."""
        described = replace(registry()["delhivery"], tracking=None)
        target = Target(described, self.interface, CourierSettings(base_url=self.courier.address))
        return Dispatcher(self.settings, self.ledger, self.said.append, {"delhivery": target})

    def run(self, dispatchers: int = 1, quiet: float = 10.0, until: Callable[[], bool] | None = None) -> None:
        """Let so many dispatchers work until every order has its end (or until something else is so), or there was
        nothing to do for so many real seconds."""
        is_done = until or self.is_done

        async def all_of_them() -> None:
            some = [self.dispatcher() for _ in range(dispatchers)]
            await asyncio.gather(*(one.run(lambda idle: idle > quiet or is_done()) for one in some))

        asyncio.run(all_of_them())

    def is_done(self) -> bool:
        """Whether nothing is to be sent or found out any more."""
        ended = ("accepted", "rejected", "withdrawn")
        with self.ledger.read() as connection:
            left = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.state.not_in(ended))
            return connection.scalar(left) == 0

    def states(self) -> dict[str, str]:
        """The state of every order, by its AWB."""
        with self.ledger.read() as connection:
            return {row.awb: str(row.state) for row in connection.execute(sa.select(outbox))}


@pytest.fixture
def world(settings: Settings, ledger: Ledger, courier: Courier) -> World:
    return World(settings, ledger, courier, [])
