"""Do the intervals hold what they promise? The SQL of the product, over cohorts whose truth is known.

`ndr build` on an empty folder writes the SQL of the reports; it is run as it is over a stand-in fct_ndr_cases, in which
each courier is a cohort with chances and delays of its own. All cohorts are there twice: in a week of the year before,
where everything has ended, and in one that as_of cuts through.

Owns: the worlds, and the count of intervals that hold the truth. Refuses: an estimator of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from settings import PROJECT_DIR

AS_OF = "2026-03-20T16:40:00+05:30"
DAY = 7
LEAST, MOST = 0.93, 0.97
"""Between which the share of 95% intervals that hold the truth has to be."""

# size: 50 to 500 cases. delivered in the end: 10 to 70%; of the rest 60 to 95% return, others are lost. An end comes on
# a day, if it has not before, with a chance that makes half of them come within 0.7 to 5 days; returns wait 0 to 3 days
# more. age: 8 to 16 days from the first day of the week to as_of, so that on day 7 some have one day's cases left.
_COHORTS = """
create table cohorts as
with drawn as (
    select 'c' || i as courier, random() as u1, random() as u2, random() as u3, random() as u4, random() as u5,
        random() as u6, random() as u7
    from range($cohorts) as r(i)
)
select courier, cast(50 + floor(u1 * 451) as int) as size, 0.1 + 0.6 * u2 as delivered,
    (0.9 - 0.6 * u2) * (0.6 + 0.35 * u3) as rto,
    1 - pow(0.5, 1 / (0.7 + 4.3 * u4)) as chance, 1 - pow(0.5, 1 / (0.7 + 4.3 * u5)) as chance_rto,
    cast(floor(4 * u6) as int) as wait_rto, 8 + cast(floor(9 * u7) as int) as age
from drawn
"""
# Failures between 9:00 and 14:00, ends between 14:00 and 20:00 IST, so that as_of is in the middle of a day's ends.
_CASES = """
create table mart.marts.fct_ndr_cases as
with drawn as (
    select c.*, random() as u1, random() as u2, random() as u3, random() as u4, random() as u5
    from cohorts as c, range(500) as r(i) where i < c.size
), fated as (
    select *, case when u1 < delivered then 'delivered' when u1 < delivered + rto then 'rto' else 'lost' end as fate,
        cast($as_of as date) - age + cast(floor(7 * u2) as int) as failed_on
    from drawn
), lived as (
    select courier, fate, cast(failed_on + to_seconds(cast(32400 + 18000 * u4 as int)) as timestamptz) as first_ndr_at,
        failed_on + if(fate = 'rto', wait_rto, 0)
            + cast(floor(ln(1 - u3) / ln(1 - if(fate = 'rto', chance_rto, chance))) as int) as ended_on,
        cast(ended_on + to_seconds(cast(50400 + 21600 * u5 as int)) as timestamptz) as ended_at
    from fated
), twice as (
    select courier, fate, first_ndr_at, ended_at, date '2026-03-02' as ndr_week from lived
    union all
    select courier, fate, first_ndr_at - to_days(364), ended_at - to_days(364), date '2025-03-03' from lived
)
select courier, ndr_week, 'other' as reason_bucket, 'COD' as payment_mode, first_ndr_at,
    if(ended_at <= $as_of, ended_at, null) as closed_at, if(ended_at <= $as_of, fate, 'open') as shipment_outcome,
    shipment_outcome = 'delivered' as is_recovered, ndr_week < date '2026-01-01' as is_mature,
    null::timestamptz as first_contact_at, null::double as response_minutes, 'none' as response_band
from twice
"""
_HELD = """
select count(*) filter (where truth between low and high) / count(*), count(*), avg(high - low), avg(open_share)
from ({intervals})
"""
_RATES = """
select delivered as truth, recovery_rate_low as low, recovery_rate_high as high, open_cases / cases as open_share
from weekly join cohorts using (courier) where is_mature
"""
_INCIDENCES = f"""
select cohorts.delivered * (1 - pow(1 - chance, {DAY} + 1)) as truth, incidence_low as low, incidence_high as high,
    open_cases / cases as open_share
from incidence join cohorts using (courier) join weekly using (ndr_week, courier)
where day = {DAY} and incidence.reason_bucket = 'all' and {{which}}
"""


@dataclass(frozen=True)
class Coverage:
    """Of `cohorts` intervals, the share that held the truth; their mean width, and the mean share of open cases."""

    what: str
    held: float
    cohorts: int
    width: float
    open_share: float

    @property
    def is_kept(self) -> bool:
        """Whether the promise of 95% is kept."""
        return LEAST <= self.held <= MOST


def product_sql(folder: Path) -> dict[str, str]:
    """The compiled SQL of every mart by its name, as of AS_OF, from a build of nothing in `folder`.

    Raises CalledProcessError when the build fails.
    """
    command = [sys.executable, "-m", "orchestration.cli", "build", "--as-of", AS_OF]
    environment = {**os.environ, "NDR_DATA_DIR": str(folder), "PYTHONPATH": str(PROJECT_DIR)}
    subprocess.run(command, cwd=PROJECT_DIR, env=environment, check=True, capture_output=True)
    return {
        path.stem: path.read_text() for path in (folder / "dbt" / "target").rglob("compiled/**/marts/*.sql")
    }


def stand_in() -> duckdb.DuckDBPyConnection:
    """A database in memory with the schema that compiled SQL names; one thread, so that a seed gives one world."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("set TimeZone = 'Asia/Kolkata'; attach ':memory:' as mart; create schema mart.marts")
    return connection


def make_world(
    connection: duckdb.DuckDBPyConnection, reports: Mapping[str, str], cohorts: int, seed: float
) -> None:
    """Tables cohorts (with the truth), mart.marts.fct_ndr_cases, and of the reports weekly and incidence."""
    connection.execute("select setseed(?)", [seed])
    connection.execute(_COHORTS, {"cohorts": cohorts})
    connection.execute(_CASES.replace("$as_of", f"timestamptz '{AS_OF}'"))
    connection.execute(f"create table weekly as {reports['rpt_recovery_weekly']}")
    connection.execute(f"create table incidence as {reports['rpt_recovery_incidence']}")


def coverage(reports: Mapping[str, str], cohorts: int, seed: float = 0.21) -> list[Coverage]:
    """How often the intervals hold the truth over `cohorts` cohorts; `seed` from -1 to 1 makes another world."""
    with stand_in() as connection:
        make_world(connection, reports, cohorts, seed)
        found = []
        for what, intervals in (
            ("recovery rate, all ended", _RATES),
            (f"delivered by day {DAY}, all ended", _INCIDENCES.format(which="is_mature")),
            (f"delivered by day {DAY}, cut by as_of", _INCIDENCES.format(which="not is_mature")),
            (
                f"delivered by day {DAY}, just reached by as_of",
                _INCIDENCES.format(which="not is_mature and age < 11"),
            ),
        ):
            row = connection.execute(_HELD.format(intervals=intervals)).fetchone()
            assert row is not None  # noqa: S101 - an aggregate has a row
            found.append(Coverage(what, *row))
        return found
