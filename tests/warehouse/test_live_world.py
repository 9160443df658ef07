"""A world that was told live, by pushes, answers and files, is published as what was made to happen in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from ledger.receipts import Receipt, keep
from orchestration.build import run_build
from orchestration.inbox import load_inbox, look
from orchestration.load import load_files
from orchestration.lock import silent
from settings import Settings
from simulator.comparison import compare, counts
from simulator.history import generate
from simulator.live.answering import Desk
from simulator.live.world import Stories, World, live_world
from simulator.rates import Rates
from tests.receiver.conftest import Running
from tests.simulator.live import END, MADE, SINCE, WATCHED, ask_about, give_secrets, watched

SHIPMENTS = 1_000
#: Couriers that tell the time to the second, as the truth does.
SHARES = {"delhivery": 0.4, "shadowfax": 0.2, "ecom_express": 0.2, "generic": 0.2}
#: Where asking tells all that was pushed: ClickPost's answers do not say why a visit failed, Ecom's are not read.
ASKED = ["delhivery", "shadowfax", "shiprocket"]
RATES = Rates(lost_pushes=0.2, courier_shares=SHARES)


@pytest.fixture(scope="module")
def world() -> World:
    """Ten times the usual losses, all of them where asking helps."""
    made = live_world(SHIPMENTS, **MADE, end=END, rates=RATES)
    is_lost = pl.col("is_lost") & pl.col("voice").is_in(ASKED)
    return replace(made, pushed=made.pushed.with_columns(is_lost))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the history until SINCE."""
    folder = tmp_path_factory.mktemp("live")
    generate(SHIPMENTS, **MADE, out_dir=folder / "history", until=SINCE, end=END, rates=RATES)
    load_files(Settings(data_dir=folder), [folder / "history"], silent)
    return folder


def _poll(receiver: Running, world: World) -> int:
    """Ask the couriers about the parcels of which a push was lost, and keep their answers; how many there were."""
    lost = world.pushed.filter("is_lost", pl.col("received_at") > SINCE, pl.col("received_at") <= WATCHED)
    desk = Desk(Stories(world), lambda: WATCHED)
    answers = [
        (voice, desk.answer(voice, ask_about(voice, awb))[1])
        for voice, awb in lost.select("voice", "awb").unique(maintain_order=True).rows()
    ]
    bodies = [(voice, json.dumps(said).encode()) for voice, said in answers]
    keep(receiver.ledger, [Receipt(voice, "tracking", body, WATCHED, {}) for voice, body in bodies])
    return len(bodies)


def test_a_world_told_live_is_published_as_it_happened(
    world: World, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row by row, with every lost push found by asking."""
    give_secrets(monkeypatch)
    monkeypatch.setattr("simulator.live.telling.FILES_EVERY", timedelta(days=1, hours=12))
    with watched(folder, world) as (settings, teller, receiver):
        assert teller.pusher.done["lost"] >= _poll(receiver, world) > 10
    assert {result.status for result in load_inbox(settings, sorted(look(settings)))} == {"loaded"}
    built = run_build(settings, as_of=WATCHED, say=silent)
    assert not built.failures
    generate(SHIPMENTS, **MADE, out_dir=tmp_path, until=WATCHED, end=END, rates=RATES)
    assert compare(folder / "published" / "warehouse.duckdb", tmp_path / "truth").rows() == []
    for table, rows, unknowable in counts(tmp_path / "truth").iter_rows():
        assert unknowable < 0.05 * rows, table
