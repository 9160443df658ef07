"""The intervals of the reports: they hold the truth as often as they say, and the estimator is the textbooks'.

Both run the SQL that a build compiled, over stand-ins of fct_ndr_cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

import duckdb
import numpy as np
import polars as pl
import pytest
from statsmodels.duration.survfunc import CumIncidenceRight

from benchmarks import coverage

COHORTS = 2_000
Z = 1.959963984540054


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return coverage.product_sql(tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="module")
def world(reports: dict[str, str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A few cohorts with their incidences."""
    with coverage.stand_in() as connection:
        coverage.make_world(connection, reports, 40, 0.4)
        yield connection


def test_95_of_100_intervals_hold_the_truth(reports: dict[str, str]) -> None:
    """Of rates of weeks that have ended, and of incidences also where as_of cuts through and just reaches the day."""
    found = coverage.coverage(reports, COHORTS)
    assert [each for each in found if not each.is_kept] == []
    assert [each.cohorts for each in found[:2]] == [COHORTS, COHORTS]
    assert found[2].cohorts > 0.98 * COHORTS and found[2].open_share > 0.15
    assert found[3].cohorts > 0.3 * COHORTS and found[3].open_share > 0.25


def test_incidence_and_its_interval_are_those_of_another_implementation(
    world: duckdb.DuckDBPyConnection,
) -> None:
    """statsmodels' Aalen–Johansen with the standard error of Dinse and Larson, on the same whole days. It has no error
    for the day on which all that were left ended; the next test has that."""
    lives = world.execute(f"""
        select courier, ndr_week, shipment_outcome as fate,
            closed_at::date - first_ndr_at::date as ended,
            timestamptz '{coverage.AS_OF}'::date - 1 - first_ndr_at::date as watched
        from mart.marts.fct_ndr_cases
    """).pl()
    told = world.execute("select * from incidence where courier <> 'all' order by day").pl()
    compared = 0
    for (courier, week), rows in told.group_by("courier", "ndr_week"):
        mine = lives.filter((pl.col("courier") == courier) & (pl.col("ndr_week") == week))
        is_seen = (mine["ended"] <= mine["watched"]).fill_null(False).to_numpy()
        kinds = mine["fate"].replace_strict({"delivered": 1, "rto": 2, "lost": 3, "open": 0}).to_numpy()
        days = np.where(is_seen, mine["ended"].fill_null(0).to_numpy(), mine["watched"].to_numpy())
        with np.errstate(divide="ignore", invalid="ignore"):
            other = CumIncidenceRight(days, np.where(is_seen, kinds, 0))
        for row in rows.to_dicts():
            place = np.searchsorted(other.times, row["day"], side="right") - 1
            share, error = (float(values[0][place]) for values in (other.cinc, other.cinc_se))
            assert row["incidence"] == pytest.approx(share, abs=1e-6)
            assert row["incidence_rto"] == pytest.approx(float(other.cinc[1][place]), abs=1e-6)
            if 0 < share < 1 and np.isfinite(error):
                ends = _wilson(share, share * (1 - share) / error**2)
                assert (row["incidence_low"], row["incidence_high"]) == pytest.approx(ends, abs=2e-6)
                compared += 1
    assert compared > 40 * 20


def _wilson(share: float, cases: float) -> tuple[float, float]:
    middle, half = share + Z**2 / (2 * cases), Z * sqrt(share * (1 - share) / cases + Z**2 / (4 * cases**2))
    return (middle - half) / (1 + Z**2 / cases), (middle + half) / (1 + Z**2 / cases)


def test_without_open_cases_the_last_incidence_is_the_recovery_rate_with_its_interval(
    world: duckdb.DuckDBPyConnection,
) -> None:
    """A week that has ended says one thing, however it is asked."""
    rows = world.execute("""
        select i.incidence, w.recovery_rate, i.incidence_low, w.recovery_rate_low,
            i.incidence_high, w.recovery_rate_high
        from incidence as i join weekly as w using (ndr_week, courier)
        where i.day = 15 and i.reason_bucket = 'all' and w.open_cases = 0 and i.at_risk = 0
    """).fetchall()
    assert len(rows) > 5
    for incidence, rate, low, rate_low, high, rate_high in rows:
        assert (incidence, low, high) == pytest.approx((rate, rate_low, rate_high), abs=2e-6)


def test_a_curve_never_falls_and_keeps_within_its_interval(world: duckdb.DuckDBPyConnection) -> None:
    assert (
        world.execute("""
        select * from (
            select *, lag(incidence) over (partition by ndr_week, courier, reason_bucket order by day) as before
            from incidence
        ) where incidence < before or incidence + incidence_rto > 1.000002
            or incidence not between incidence_low and incidence_high or incidence_low < 0 or incidence_high > 1
    """).fetchall()
        == []
    )


def test_a_standardised_rate_does_not_depend_on_the_order_of_cases(reports: dict[str, str]) -> None:
    """Ekart's low end is a tie in the seventh digit: sums of doubles came out on both sides of it."""
    cases = (
        [("ekart", "customer_unavailable", True), ("ekart", "customer_unavailable", False)]
        + [("ekart", "future_delivery_requested", False), ("ekart", "address_issue", False)]
        + [("delhivery", reason, False) for reason in ["customer_unavailable", "address_issue"] * 2]
        + [("delhivery", "customer_refused", False)] * 2
    )
    told: set[tuple[object, ...]] = set()
    with coverage.stand_in() as connection:
        connection.execute(
            "create table mart.marts.fct_ndr_cases as select *, true as is_mature,"
            " timestamptz '2026-11-03 12:00:00+05:30' as first_ndr_at from (values "
            + ", ".join(f"('{courier}', '{reason}', {recovered})" for courier, reason, recovered in cases)
            + ") as t(courier, reason_bucket, is_recovered)"
        )
        for order in range(40):
            connection.execute(
                "create or replace table mart.marts.fct_ndr_cases as"
                f" from mart.marts.fct_ndr_cases order by hash(rowid + {100 * order})"
            )
            told.update(connection.execute(reports["rpt_courier_monthly"]).fetchall())
    assert len(told) == 2
