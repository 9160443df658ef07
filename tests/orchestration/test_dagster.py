"""Dagster runs the same pipeline: the whole graph in one run, checks where people look, files by themselves."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from orchestration.definitions import build_definitions
from orchestration.defs.assets import WRITER_POOL
from orchestration.defs.automation import MAX_TRIES
from settings import Settings
from tests.orchestration.warehouse import TOY, plant_duplicate

GOOD = "courier,awb,scanned_at,native_code\n" + "".join(
    f"generic,AWB{number},2026-03-02T10:0{number}:00+05:30,in_transit\n" for number in range(5)
)
BAD_ROW = "generic,AWB9,never,in_transit\n"


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as made:
        yield made


@pytest.fixture
def definitions(settings: Settings) -> dg.Definitions:
    settings.inbox_dir.mkdir(parents=True)
    return build_definitions(settings, TOY)


def drop(settings: Settings, name: str, text: str, age_seconds: float = 60) -> Path:
    """Put a file into the inbox that nobody has changed for a while."""
    path = settings.inbox_dir / name
    path.write_text(text)
    then = time.time() - age_seconds
    os.utime(path, (then, then))
    return path


def refresh(
    definitions: dg.Definitions, instance: dg.DagsterInstance, run_config: dict[str, Any] | None = None
) -> dg.ExecuteInProcessResult:
    job = definitions.resolve_job_def("refresh")
    return job.execute_in_process(instance=instance, run_config=run_config, raise_on_error=False)


def checks(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {
        f"{'/'.join(found.asset_key.path)}:{found.check_name}": found.passed
        for found in result.get_asset_check_evaluations()
    }


def scans(settings: Settings) -> int:
    with duckdb.connect(str(settings.published_dir / "warehouse.duckdb"), read_only=True) as connection:
        row = connection.execute("select sum(scans) from marts.fct_scans").fetchone()
    return int(row[0]) if row else 0


def test_the_whole_graph_materialises_in_one_run(
    settings: Settings, definitions: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    drop(settings, "scans_today.csv", GOOD)
    result = refresh(definitions, instance)
    assert result.success
    made = {
        "/".join(event.asset_key.path)
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }
    assert made >= {
        "raw/scans",
        "intermediate/int_scans",
        "marts/fct_scans",
        "personal/contacts",
        "published",
    }
    assert checks(result) == {
        "marts/fct_scans:not_null_fct_scans_awb": True,
        "marts/fct_scans:unique_fct_scans_awb": True,
        "marts/fct_totals:not_null_fct_totals_scans": True,
        "published:totals_agree": True,
        **{
            f"raw/{name}:door": True
            for name in (
                "scans",
                "shipments",
                "customer_feedback",
                "ops_feedback",
                "courier_actions",
                "messages",
                "loads",
            )
        },
    }
    assert scans(settings) == 5
    assert list(settings.inbox_dir.iterdir()) == []


def test_a_failing_dbt_test_is_a_failed_check_and_publishes_nothing(
    settings: Settings, definitions: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    drop(settings, "scans_today.csv", GOOD)
    assert refresh(definitions, instance).success
    before = (settings.published_dir / "warehouse.duckdb").read_bytes()
    plant_duplicate(settings)
    result = refresh(definitions, instance)
    assert not result.success
    assert not checks(result)["marts/fct_scans:unique_fct_scans_awb"]
    assert (settings.published_dir / "warehouse.duckdb").read_bytes() == before
    retries = [
        event for event in result.all_events if event.event_type == dg.DagsterEventType.STEP_UP_FOR_RETRY
    ]
    assert retries == []


def test_a_failing_expectation_is_a_failed_check_and_the_rest_is_published(
    settings: Settings, definitions: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    drop(settings, "scans_today.csv", GOOD + BAD_ROW)
    result = refresh(definitions, instance)
    assert result.success
    failed = [found for found in result.get_asset_check_evaluations() if not found.passed]
    assert [(found.asset_key.path, found.metadata["rows_quarantined"].value) for found in failed] == [
        (["raw", "scans"], 1)
    ]
    assert scans(settings) == 5


def test_a_refused_file_lies_beside_its_reason(
    settings: Settings, definitions: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    drop(settings, "scans_today.csv", "courier,awb\ngeneric,A1\n")
    drop(settings, "holiday.csv", "anything\n")
    result = refresh(definitions, instance)
    refused = settings.inbox_dir / "refused"
    assert sorted(path.name for path in refused.iterdir()) == [
        "holiday.csv",
        "holiday.csv.reason.txt",
        "scans_today.csv",
        "scans_today.csv.reason.txt",
    ]
    assert "scanned_at" in (refused / "scans_today.csv.reason.txt").read_text()
    found = checks(result)
    assert not found["raw/scans:door"]
    assert not found["raw/loads:door"]


def test_the_sensor_waits_for_a_file_to_be_complete_then_its_run_publishes_it(
    settings: Settings, definitions: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    sensor = definitions.resolve_sensor_def("inbox")
    context = dg.build_sensor_context(instance)

    def tick() -> tuple[list[dg.RunRequest], str | None]:
        data = sensor.evaluate_tick(context)
        context.update_cursor(data.cursor)
        return list(data.run_requests or []), data.skip_message

    assert tick() == ([], "the inbox is empty")
    drop(settings, "scans_today.csv", GOOD[:60], age_seconds=0)
    drop(settings, ".scans_copying.csv", GOOD)
    assert tick() == ([], "files are still being written")
    drop(settings, "scans_today.csv", GOOD, age_seconds=0)
    assert tick() == ([], "files are still being written")
    (request,), _ = tick()
    assert request.run_config == {"ops": {"raw": {"config": {"names": ["scans_today.csv"]}}}}
    assert refresh(definitions, instance, dict(request.run_config)).success
    assert scans(settings) == 5
    assert tick() == ([], "the inbox is empty")


def test_the_sensor_gives_up_on_files_whose_runs_fail_until_they_are_touched(
    settings: Settings, definitions: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    sensor = definitions.resolve_sensor_def("inbox")
    context = dg.build_sensor_context(instance)
    path = drop(settings, "scans_today.csv", GOOD)

    def asked() -> int:
        data = sensor.evaluate_tick(context)
        context.update_cursor(data.cursor)
        return len(data.run_requests or [])

    assert sum(asked() for _ in range(MAX_TRIES + 5)) == MAX_TRIES
    os.utime(path)
    assert sum(asked() for _ in range(2)) == 1


def test_one_run_at_a_time_writes(definitions: dg.Definitions) -> None:
    ops = definitions.resolve_job_def("refresh").nodes
    assert {op.name: op.definition.pool for op in ops} == {  # type: ignore[attr-defined]
        "raw": WRITER_POOL,
        "warehouse": WRITER_POOL,
    }


def test_the_schedule_and_the_sensor_run_by_themselves(definitions: dg.Definitions) -> None:
    assert (
        definitions.resolve_schedule_def("every_quarter_hour").default_status
        == dg.DefaultScheduleStatus.RUNNING
    )
    assert definitions.resolve_sensor_def("inbox").default_status == dg.DefaultSensorStatus.RUNNING
