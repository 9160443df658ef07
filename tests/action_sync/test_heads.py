"""Heads are read before orders leave, and a tracking API that is down or silent holds up no order for long."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from action_sync.heads import LONGEST_WAIT, PATIENCE, HeadReader
from apis.clock import Clock, Pace
from apis.line import Line, NoReply, Reply
from couriers import registry
from ledger.database import open_ledger
from settings import CourierSettings, Settings

COURIER = registry()["delhivery"]


@dataclass
class Silent:
    """A line on which every call has the same end."""

    end: Reply | None
    calls: int = 0
    root: str = "http://127.0.0.1:1"

    async def call(self, make: Any) -> Reply:  # noqa: ARG002
        self.calls += 1
        if self.end is None:
            raise NoReply("time out")
        return self.end


def reader(tmp_path: Path, line: Silent) -> HeadReader:
    settings = Settings(data_dir=tmp_path, clock_start=datetime.now(UTC), clock_speed=600)
    tracking = COURIER.tracking
    assert tracking is not None
    clock = Clock(settings)
    pace = Pace(clock, 100_000, 1)
    ledger = open_ledger(settings)
    return HeadReader(COURIER, tracking, CourierSettings(), cast(Line, line), pace, clock, ledger)


def rows(*numbers: int) -> list[Any]:
    content = {"latest_scan_at": None, "order": {"carrier": None}}
    return [SimpleNamespace(action_id=f"a{n}", awb=f"AW{n}", content=content) for n in numbers]


def rounds(heads: HeadReader, count: int, *numbers: int) -> list[list[str]]:
    """The orders that each of so many looks lets through."""

    async def run() -> list[list[str]]:
        until = heads.clock.now() + 600
        return [[one.action_id for one in await heads.unchanged(rows(*numbers), until)] for _ in range(count)]

    return asyncio.run(run())


def test_who_did_not_answer_three_times_is_not_asked_again(tmp_path: Path) -> None:
    """Or each turn would go by with the same question, and no order would ever leave."""
    line = Silent(None)
    assert rounds(reader(tmp_path, line), 5, 1) == [[], [], ["a1"], ["a1"], ["a1"]]
    assert line.calls == PATIENCE


def test_a_long_silence_of_tracking_holds_up_no_order(tmp_path: Path) -> None:
    """The head's interface wants quiet, not that of orders."""
    line = Silent(Reply(429, b"", {"retry-after": "600"}))
    heads = reader(tmp_path, line)
    assert rounds(heads, 1, 1) == [[]]
    assert heads.pace.rest > LONGEST_WAIT
    assert rounds(heads, 2, 1, 2) == [["a1", "a2"]] * 2
    assert line.calls == 1


def test_a_parcel_that_stands_as_it_was_lets_its_order_through(tmp_path: Path) -> None:
    line = Silent(Reply(200, b'{"ShipmentData": []}'))
    assert rounds(reader(tmp_path, line), 2, 1) == [["a1"], ["a1"]]
    assert line.calls == 2
