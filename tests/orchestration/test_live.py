"""A live demo: its clock runs while it is served and stands otherwise, and nothing of it reaches for real couriers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from couriers import registry
from ingestion.raw import connect
from ledger.database import open_ledger
from ledger.receipts import Receipt, keep
from orchestration.demo import HORIZON, make_world
from orchestration.demo_clock import begins_at, by_demo_clock, progress_path, read_mark, write_mark
from orchestration.errors import DemoRefused
from orchestration.inbox import load_inbox, look
from orchestration.live import alive
from orchestration.lock import silent
from settings import IST, Settings
from simulator.couriers import SPEAKERS
from simulator.live.filing import ENDING, file_news
from simulator.live.world import live_world

SIZE = {"shipments": 60, "days": 6, "seed": 1}


@pytest.fixture
def demo(settings: Settings) -> Settings:
    """A folder with a live demo that was never served."""
    make_world(settings, silent, **SIZE, speed=30)
    return settings


@pytest.fixture
def marked(settings: Settings) -> Settings:
    """A folder with the mark of a live demo, and nothing else."""
    progress_path(settings).parent.mkdir(parents=True)
    until = begins_at(settings)
    made = {**SIZE, "until": until.isoformat(), "end": (until + HORIZON).isoformat()}
    write_mark(settings, {**made, "clock": {"start": made["until"], "speed": 30}})
    return settings


def test_a_live_demo_begins_in_the_morning_whatever_the_hour() -> None:
    start = begins_at(Settings())
    assert start.astimezone(IST).strftime("%H:%M:%S") == "11:00:00"
    assert timedelta() <= datetime.now(UTC) - start < timedelta(days=1)


def test_a_clock_that_was_set_is_where_it_begins() -> None:
    at = datetime(2026, 3, 10, 2, tzinfo=UTC)
    assert begins_at(Settings(clock_start=at)) - at < timedelta(minutes=10)


def test_the_history_ends_where_the_clock_begins(demo: Settings) -> None:
    mark = read_mark(demo)
    assert mark is not None
    until = datetime.fromisoformat(mark["until"])
    assert datetime.fromisoformat(mark["end"]) - until == HORIZON
    with connect(demo) as connection:
        last, scans = connection.execute("select max(received_at), count(*) from raw.scans").fetchone() or ()
    assert scans > 100 and last <= until
    assert abs(by_demo_clock(demo).now() - until) < timedelta(minutes=10)


def test_a_demo_without_a_future_has_no_clock(settings: Settings) -> None:
    make_world(settings, silent, **SIZE)
    assert by_demo_clock(settings) == settings
    with alive(settings) as (live, given):
        assert (live, given) == ([], {})


def test_the_clock_runs_while_it_is_served_and_then_stands(marked: Settings) -> None:
    began = by_demo_clock(marked).now()
    with alive(marked) as (live, given):
        served = Settings(
            clock_start=datetime.fromisoformat(given["NDR_CLOCK_START"]),
            clock_origin=datetime.fromisoformat(given["NDR_CLOCK_ORIGIN"]),
            clock_speed=float(given["NDR_CLOCK_SPEED"]),
        )
        assert served.clock_speed == by_demo_clock(marked).clock_speed == 30
        assert abs(served.now() - by_demo_clock(marked).now()) < timedelta(seconds=5)
        assert [one.name for one in live] == ["live world"]
        assert given["NDR_UNDO_SECONDS"] == "300", "ten real ones"
    stands = datetime.fromisoformat((read_mark(marked) or {})["clock"]["start"])
    assert began <= stands < began + timedelta(minutes=10)
    with alive(marked) as (_, given):
        assert datetime.fromisoformat(given["NDR_CLOCK_START"]) - stands < timedelta(minutes=10)


def test_a_demo_that_was_killed_goes_on_where_its_world_was_told(marked: Settings) -> None:
    mark = read_mark(marked) or {}
    told = datetime.fromisoformat(mark["until"]) + timedelta(hours=5)
    long_ago = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    mark["clock"] = {"start": mark["until"], "origin": long_ago, "speed": 30}
    write_mark(marked, mark)
    progress_path(marked).write_text(json.dumps({"pushed": told.isoformat(), "filed": mark["until"]}))
    with alive(marked) as (_, given):
        assert datetime.fromisoformat(given["NDR_CLOCK_START"]) == told


def test_a_demo_that_ends_after_another_began_leaves_its_clock_alone(marked: Settings) -> None:
    first, second = alive(marked), alive(marked)
    first.__enter__()
    second.__enter__()
    running = (read_mark(marked) or {})["clock"]
    first.__exit__(None, None, None)
    assert (read_mark(marked) or {})["clock"] == running
    second.__exit__(None, None, None)
    assert "origin" not in (read_mark(marked) or {})["clock"]


def test_no_real_courier_and_no_real_ledger_is_reached(
    marked: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NDR_BLUEDART_TOKEN", "real")
    with alive(marked) as (_, first), alive(marked) as (_, second):
        pass
    assert first["NDR_LEDGER_URL"] == ""
    for slug in registry():
        name, speaker = f"NDR_{slug.upper()}_", SPEAKERS.get(slug)
        assert first[f"{name}BASE_URL"].startswith("http://127.0.0.1:") == (speaker is not None)
        assert (first[f"{name}TOKEN"] == "stand-in") == (speaker is not None)
        assert bool(first[f"{name}WEBHOOK_SECRET"]) == (speaker is not None)
    assert first["NDR_DELHIVERY_WEBHOOK_SECRET"] != second["NDR_DELHIVERY_WEBHOOK_SECRET"]
    postgres = marked.model_copy(update={"ledger_url": "postgresql://real"})
    assert by_demo_clock(postgres).ledger_url is None


def test_a_new_demo_clears_what_the_last_one_told(demo: Settings) -> None:
    """Its own files and pushes are no reason to refuse; nothing of them is in the new world."""
    mark = read_mark(demo) or {}
    since, end = (datetime.fromisoformat(mark[name]) for name in ("until", "end"))
    world = live_world(mark["shipments"], mark["days"], mark["seed"], end)
    file_news(world, demo.inbox_dir, since, since + timedelta(days=1))
    assert {result.status for result in load_inbox(demo, sorted(look(demo)))} == {"loaded"}
    file_news(world, demo.inbox_dir, since, since + timedelta(days=2))
    ledger = open_ledger(demo)
    keep(ledger, [Receipt("delhivery", "push", b"{}", since, {})])
    ledger.close()
    make_world(demo, silent, **SIZE, speed=30)
    assert not list(demo.inbox_dir.glob(f"*{ENDING}"))
    assert not list(demo.data_dir.glob("ledger.db*"))
    with duckdb.connect(str(demo.warehouse_path)) as connection:
        assert connection.execute("select count(*) from raw.loads").fetchone() == (mark["loads"],)


def test_a_real_ledger_is_never_made_a_demo(settings: Settings) -> None:
    settings.data_dir.mkdir()
    ledger = open_ledger(settings)
    keep(ledger, [Receipt("delhivery", "push", b"{}", datetime.now(UTC), {})])
    ledger.close()
    with pytest.raises(DemoRefused, match="not a stand-in world's"):
        make_world(settings, silent, **SIZE, speed=30)
    assert Path(settings.data_dir / "ledger.db").exists()
