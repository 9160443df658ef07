"""Orders to couriers in Dagster: the sensor asks for a run when one is due, the checks say what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import dagster as dg
import pytest

from ledger.database import Ledger, open_ledger
from ledger.outbox import Claim, State, Step, begin, settle
from ledger.outbox_health import RAISED_AFTER
from ledger.wanted import bring_in_step
from orchestration.definitions import build_definitions
from settings import Settings
from tests.ledger.test_outbox import BUILD, ONE
from tests.orchestration.warehouse import TOY


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    settings.data_dir.mkdir(exist_ok=True)
    opened = open_ledger(settings)
    yield opened
    opened.close()


def looked_at(settings: Settings) -> dict[str, bool]:
    """The checks of one run of the job."""
    with dg.instance_for_test() as instance:
        job = build_definitions(settings, TOY).resolve_job_def("action_sync")
        result = job.execute_in_process(instance=instance)
    return {found.check_name: found.passed for found in result.get_asset_check_evaluations()}


def sent(settings: Settings, ledger: Ledger, word: State, ago: timedelta) -> None:
    """One order, sent a while ago; a courier that this machine cannot ask."""
    at = settings.now() - ago
    bring_in_step(ledger, BUILD, [ONE], at)
    begin(ledger, ["a1"], Claim("me", at, at), 0)
    settle(ledger, [Step("a1", "me", 1, word, at, settings.now() + timedelta(days=9))])


ALL_WELL = {"none_stuck": True, "few_unknown": True, "few_refused": True, "none_raised": True}


@pytest.mark.parametrize(
    ("word", "ago", "broken"),
    [
        (State.accepted, timedelta(hours=1), {}),
        (State.rejected, timedelta(hours=1), {"few_refused": False}),
        (State.unknown, timedelta(hours=1), {"few_unknown": False}),
        (State.unknown, RAISED_AFTER, {"few_unknown": False, "none_raised": False}),
        (State.unknown, timedelta(days=2), {"none_raised": False}),
    ],
)
def test_the_checks_of_the_outbox(
    settings: Settings, ledger: Ledger, word: State, ago: timedelta, broken: dict[str, bool]
) -> None:
    sent(settings, ledger, word, ago)
    assert looked_at(settings) == {**ALL_WELL, **broken}


@pytest.mark.parametrize(("minutes", "is_well"), [(14, True), (16, False)])
def test_an_order_that_nobody_sends_is_stuck(
    settings: Settings, ledger: Ledger, minutes: int, is_well: bool
) -> None:
    released = settings.now() - timedelta(minutes=minutes)
    bring_in_step(ledger, BUILD, [replace(ONE, release_at=released)], released)
    assert looked_at(settings) == {**ALL_WELL, "none_stuck": is_well}


def test_nothing_due_starts_no_run(settings: Settings, ledger: Ledger) -> None:
    defs: Any = build_definitions(settings, TOY)
    with dg.instance_for_test() as instance, dg.build_sensor_context(instance=instance) as context:
        told = defs.resolve_sensor_def("orders").evaluate_tick(context)
    assert (told.run_requests, told.skip_message) == ([], "no order is due")
