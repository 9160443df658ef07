"""A refresh goes round while there is news, and the sensor that starts it asks once, then slower."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from ledger.database import Ledger, open_ledger
from ledger.entries import Entry, enter
from ledger.progress import Heads
from ledger.receipts import keep
from orchestration.build import run_build
from orchestration.definitions import build_definitions
from orchestration.defs.news import LONGEST_PAUSE, _Tries
from orchestration.defs.waiting import end_leftovers
from orchestration.publish import published_heads
from orchestration.rounds import PERIOD, Patience, rounds
from settings import Settings
from tests.ingestion.test_receipts import push, receipt
from tests.orchestration.warehouse import T0, TOY, plant_duplicate, put_scans


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    opened = open_ledger(settings)
    yield opened
    opened.close()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as made:
        yield made


def parcels(settings: Settings) -> int:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        (count,) = connection.execute("select count(*) from raw.shipment_keys").fetchone() or (0,)
    return int(count)


def test_what_came_meanwhile_is_built_in_one_further_round(settings: Settings, ledger: Ledger) -> None:
    first = run_build(settings, project_dir=TOY)
    assert first.heads == published_heads(settings) == Heads()
    for number in range(5):
        keep(ledger, [receipt(push(number))])
    enter(ledger, Entry("delhivery", "AW1", "operations", "Asha", "note", {}, settings.now(), settings.now()))
    (later,) = rounds(settings, first, TOY, Patience(0))
    assert later.heads == published_heads(settings) == Heads(receipt_id=5, entry_id=1)
    assert parcels(settings) == 5


def test_a_lingering_refresh_takes_what_comes_later(settings: Settings, ledger: Ledger) -> None:
    first = run_build(settings, project_dir=TOY)
    timer = threading.Timer(1, lambda: keep(ledger, [receipt(push(1))]))
    timer.start()
    (later,) = rounds(settings, first, TOY, Patience(3))
    assert later.heads == Heads(receipt_id=1)


def test_files_of_the_inbox_are_taken_too(settings: Settings) -> None:
    first = run_build(settings, project_dir=TOY)
    settings.inbox_dir.mkdir()
    path = settings.inbox_dir / "scans_delhivery_new.ndjson"
    path.write_bytes(push(1))
    settled = time.time() - 60
    os.utime(path, (settled, settled))
    assert len(list(rounds(settings, first, TOY, Patience(0)))) == 1
    assert parcels(settings) == 1
    assert not path.exists()


def test_time_passes_for_open_cases_while_nothing_comes(settings: Settings) -> None:
    began = settings.now()
    slow = settings.model_copy(update={"clock_start": began, "clock_origin": began, "clock_speed": 1e-9})
    first = run_build(slow, project_dir=TOY)
    assert list(rounds(slow, first, TOY, Patience(0))) == []
    later = slow.model_copy(update={"clock_start": began + PERIOD})
    (second,) = rounds(later, first, TOY, Patience(0))
    assert second.plan.as_of - first.plan.as_of == PERIOD


@pytest.mark.parametrize("patience", [Patience(60, lambda: True), Patience(60, lifetime_seconds=0)])
def test_it_makes_place_at_once(settings: Settings, patience: Patience) -> None:
    first = run_build(settings, project_dir=TOY)
    began = time.monotonic()
    assert list(rounds(settings, first, TOY, patience)) == []
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("patience", [Patience(60, lambda: True), Patience(60, lifetime_seconds=0)])
def test_it_makes_place_though_there_is_always_news(
    settings: Settings, ledger: Ledger, patience: Patience
) -> None:
    first = run_build(settings, project_dir=TOY)
    made = 0
    keep(ledger, [receipt(push(0))])
    for made, _ in enumerate(rounds(settings, first, TOY, patience), start=1):
        keep(ledger, [receipt(push(made))])
    assert made == 1


def test_a_round_that_fails_is_the_last_and_publishes_nothing(settings: Settings, ledger: Ledger) -> None:
    put_scans(settings, 1, 3, T0)
    first = run_build(settings, project_dir=TOY)
    plant_duplicate(settings)
    keep(ledger, [receipt(push(1))])
    (later,) = rounds(settings, first, TOY, Patience(60))
    assert later.failures
    assert published_heads(settings) == first.heads


def test_one_run_of_dagster_records_each_publish(
    settings: Settings, ledger: Ledger, instance: dg.DagsterInstance
) -> None:
    definitions = build_definitions(settings, TOY)
    timer = threading.Timer(6, lambda: keep(ledger, [receipt(push(1))]))
    timer.start()
    result = definitions.resolve_job_def("refresh").execute_in_process(
        instance=instance, run_config={"ops": {"warehouse": {"config": {"linger_seconds": 15}}}}
    )
    events = result.asset_materializations_for_node("warehouse")
    publishes = [event.metadata for event in events if event.asset_key == dg.AssetKey(["published"])]
    assert len(publishes) == 2
    assert publishes[0]["build_id"] != publishes[1]["build_id"]
    assert published_heads(settings) == Heads(receipt_id=1)


def tick(
    settings: Settings, instance: dg.DagsterInstance, cursor: str | None
) -> tuple[bool, str | None, str]:
    """Whether a run was asked for, the new cursor, and why not."""
    sensor = build_definitions(settings, TOY).resolve_sensor_def("ledger")
    context = dg.build_sensor_context(instance=instance, cursor=cursor)
    found = sensor.evaluate_tick(context)
    return bool(found.run_requests), found.cursor, found.skip_message or ""


def test_the_sensor_asks_when_the_ledger_is_beyond_what_is_published(
    settings: Settings, ledger: Ledger, instance: dg.DagsterInstance
) -> None:
    run_build(settings, project_dir=TOY)
    assert tick(settings, instance, None) == (False, None, "the ledger holds nothing that is not published")
    keep(ledger, [receipt(push(1))])
    is_asked, cursor, _ = tick(settings, instance, None)
    assert is_asked
    assert json.loads(cursor or "{}")["count"] == 1
    run_build(settings, project_dir=TOY)
    assert not tick(settings, instance, cursor)[0]


def test_the_sensor_waits_longer_the_more_runs_could_not_publish(
    settings: Settings, ledger: Ledger, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1_000_000.0]
    monkeypatch.setattr("orchestration.defs.news.time.time", lambda: clock[0])
    sensor = build_definitions(settings, TOY).resolve_sensor_def("ledger")
    keep(ledger, [receipt(push(1))])
    cursor, asked = None, []
    for second in range(0, 1300, 10):
        clock[0] = 1_000_000.0 + second
        found = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, cursor=cursor))
        cursor = found.cursor
        if found.run_requests:
            asked.append(second)
    pauses = [later - earlier for earlier, later in pairwise(asked)]
    assert pauses == [20, 40, 80, 160, 320, 640]
    assert _Tries(Heads(), 20, 0.0).pause(0.0) == LONGEST_PAUSE
    run_build(settings, project_dir=TOY)
    keep(ledger, [receipt(push(2))])
    assert tick(settings, instance, cursor)[0]


def test_neither_sensor_nor_schedule_asks_while_a_refresh_is_under_way(
    settings: Settings, ledger: Ledger, instance: dg.DagsterInstance
) -> None:
    keep(ledger, [receipt(push(1))])
    definitions = build_definitions(settings, TOY)
    run = instance.create_run_for_job(
        definitions.resolve_job_def("refresh"), status=dg.DagsterRunStatus.STARTED
    )
    assert tick(settings, instance, None)[2] == "a refresh is under way; it will be asked for again"
    schedule = definitions.resolve_schedule_def("every_quarter_hour")
    context = dg.build_schedule_context(instance=instance, repository_def=definitions.get_repository_def())
    assert not schedule.evaluate_tick(context).run_requests
    assert end_leftovers(Path(instance.root_directory)) == 1
    found = instance.get_run_by_id(run.run_id)
    assert found is not None
    assert found.status == dg.DagsterRunStatus.FAILURE
    assert tick(settings, instance, None)[0]
    assert schedule.evaluate_tick(context).run_requests
