"""The clock: real, or simulated and then the same for every process that is told its origin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from settings import Settings

START = datetime(2026, 3, 10, 6, 30, tzinfo=UTC)


def test_processes_that_share_an_origin_share_the_clock() -> None:
    origin = datetime.now(UTC) - timedelta(minutes=10)
    clocks = [Settings(clock_start=START, clock_origin=origin, clock_speed=60) for _ in range(2)]
    first, second = (clock.now() for clock in clocks)
    assert timedelta(hours=10) <= first - START < timedelta(hours=11)
    assert timedelta() <= second - first < timedelta(minutes=30)


def test_without_an_origin_the_clock_starts_with_the_process() -> None:
    assert Settings(clock_start=START, clock_speed=1e-9).now() - START < timedelta(seconds=1)


def test_without_a_start_it_is_the_real_clock() -> None:
    assert abs(Settings(clock_speed=60).now() - datetime.now(UTC)) < timedelta(seconds=5)
