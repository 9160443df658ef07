"""How numbers, amounts and instants read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from dashboards import formats
from settings import IST

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)  # 14:30 IST


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0, "₹0"),
        (999, "₹999"),
        (1000, "₹1,000"),
        (99999, "₹99,999"),
        (124300, "₹1,24,300"),
        (Decimal("12345678.40"), "₹1,23,45,678"),
        (-124300, "-₹1,24,300"),
        (None, "–"),
    ],
)
def test_rupees_are_grouped_the_indian_way(value: object, told: str) -> None:
    assert formats.rupees(value) == told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((457, 1204, True, 0), "38% of 1,204, final"),
        ((306, 988, False, 217), "so far 31% of 988, 22% still open"),
        ((9, 21, True, 0), "9 of 21"),
        ((9, 21, False, 5), "9 of 21 so far"),
        ((0, 0, True, 0), "no cases"),
    ],
)
def test_a_rate_carries_its_count_and_maturity_and_is_muted_when_n_is_small(
    arguments: tuple[int, int, bool, int], told: str
) -> None:
    assert formats.rate(*arguments) == told


@pytest.mark.parametrize(
    ("instant", "told"),
    [
        (datetime(2026, 11, 22, 8, 35, tzinfo=UTC), "today 14:05"),
        (datetime(2026, 11, 21, 18, 29, tzinfo=UTC), "yesterday 23:59"),
        (datetime(2026, 11, 21, 18, 30, tzinfo=UTC), "today 00:00"),
        (datetime(2026, 11, 19, 8, 35, tzinfo=UTC), "19 Nov 14:05"),
        (datetime(2025, 11, 19, 8, 35, tzinfo=UTC), "19 Nov 2025 14:05"),
        (datetime(2026, 11, 19, 23, 59, 59, 999999, tzinfo=IST), "19 Nov"),
        (None, "–"),
    ],
)
def test_instants_are_told_in_ist_and_a_bare_date_has_no_time(instant: datetime | None, told: str) -> None:
    assert formats.moment(instant, NOW) == told


def test_the_full_form_names_the_zone_or_says_that_no_time_was_given() -> None:
    assert formats.full(datetime(2026, 11, 19, 8, 35, 12, tzinfo=UTC)) == "Thu 19 Nov 2026, 14:05:12 IST"
    assert (
        formats.full(datetime(2026, 11, 19, 23, 59, 59, 999999, tzinfo=IST))
        == "Thu 19 Nov 2026, time not given"
    )


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(40, "40 s ago"), (150, "2 min ago"), (7200, "2 h ago"), (72 * 3600, "3 d ago"), (-3600, "in 1 h")],
)
def test_distance_from_now(seconds: int, told: str) -> None:
    assert formats.ago(NOW - timedelta(seconds=seconds), NOW) == told


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(0.4, "0 min"), (22, "22 min"), (190, "3 h 10 min"), (180, "3 h"), (1500, "25 h"), (3000, "2 d 2 h")],
)
def test_duration_has_its_two_largest_units(minutes: float, told: str) -> None:
    assert formats.duration(minutes) == told


def test_weeks_are_named_by_their_days() -> None:
    assert formats.week(date(2026, 11, 16)) == "16–22 Nov"
    assert formats.week(date(2026, 11, 30)) == "30 Nov – 6 Dec"
    assert formats.week_names([date(2025, 12, 29), date(2026, 1, 5)]) == ["29 Dec 25", "5 Jan 26"]
