"""Recovery by week and reason: counts from rpt_recovery_weekly, response times from fct_ndr_cases.

Counts add up over couriers, reasons and payment modes; medians do not, so they are taken from the cases.
A cohort is final (`is_mature`) when every part of it is. Without a date filter the last twelve weeks count.
"""

from __future__ import annotations

import polars as pl

from dashboards.filter_list import WEEKLY
from dashboards.filters import Filters
from dashboards.queries.conditions import on_cases, on_weeks
from dashboards.queries.intervals import ends
from dashboards.queries.narrowings import Clause
from dashboards.store import fetch

WEEKS_SHOWN = 12

_MEASURES = f"""
    sum(cases)::bigint as cases, sum(recovered)::bigint as recovered, sum(rto)::bigint as rto,
    sum(open_cases)::bigint as open_cases, sum(other_closed)::bigint as other_closed,
    bool_and(is_mature) as is_mature, sum(recovered) / sum(cases) as recovery_rate,
    sum(open_cases) / sum(cases) as open_share,
    {ends("sum(recovered)", "sum(cases)", "recovery_rate")}
"""
_LATEST = f"ndr_week > (select max(ndr_week) from marts.fct_ndr_cases) - {7 * WEEKS_SHOWN}"


def _clause(filters: Filters, is_weekly: bool = True) -> Clause:
    kept = filters.only(WEEKLY)
    where, params = on_weeks(kept) if is_weekly else on_cases(kept)
    return (where, params) if kept.get("ndr_date") else (f"{where} and {_LATEST}", params)


def weekly(filters: Filters) -> pl.DataFrame:
    """One row a week: cases, recovered, rto, open_cases, other_closed, is_mature, recovery_rate with its ends _low and
    _high, open_share."""
    where, params = _clause(filters)
    sql = f"select ndr_week, {_MEASURES} from marts.rpt_recovery_weekly where {where} group by 1 order by 1"
    return fetch(sql, tuple(params))


def by_reason_and_week(filters: Filters) -> pl.DataFrame:
    """One row a reason and week, with the columns of `weekly`."""
    where, params = _clause(filters)
    return fetch(
        f"select reason_bucket, ndr_week, {_MEASURES} from marts.rpt_recovery_weekly where {where} "
        "group by 1, 2 order by 1, 2",
        tuple(params),
    )


def by_reason(filters: Filters) -> pl.DataFrame:
    """One row a reason, most cases first: all its cases, those of final weeks, what is open, response time."""
    where, params = _clause(filters)
    case_where, case_params = _clause(filters, is_weekly=False)
    return fetch(
        f"""
        with counted as (
            select reason_bucket, sum(cases)::bigint as cases, sum(open_cases)::bigint as open_cases,
                coalesce(sum(cases) filter (where is_mature), 0)::bigint as final_cases,
                coalesce(sum(recovered) filter (where is_mature), 0)::bigint as final_recovered
            from marts.rpt_recovery_weekly where {where} group by 1
        ), timed as (
            select reason_bucket, median(response_minutes) as median_response_minutes
            from marts.fct_ndr_cases where {case_where} group by 1
        )
        select counted.*, cases / sum(cases) over () as share, median_response_minutes
        from counted left join timed using (reason_bucket) order by cases desc, reason_bucket
        """,
        (*params, *case_params),
    )


def change(filters: Filters) -> pl.DataFrame:
    """The last two final weeks by reason: cases and recovered of both, and what the reason's rate alone moved."""
    where, params = _clause(filters)
    return fetch(
        f"""
        with scoped as (select * from marts.rpt_recovery_weekly where {where}),
        final_weeks as (
            select ndr_week, row_number() over (order by ndr_week desc) as age from scoped
            group by 1 having bool_and(is_mature)
        ), paired as (
            select reason_bucket,
                coalesce(sum(cases) filter (where age = 1), 0)::bigint as cases,
                coalesce(sum(recovered) filter (where age = 1), 0)::bigint as recovered,
                coalesce(sum(cases) filter (where age = 2), 0)::bigint as cases_before,
                coalesce(sum(recovered) filter (where age = 2), 0)::bigint as recovered_before
            from scoped join final_weeks using (ndr_week) where age <= 2 group by 1
        )
        select *, cases / sum(cases) over () * (recovered / nullif(cases, 0)
            - recovered_before / nullif(cases_before, 0)) as effect
        from paired order by abs(effect) desc nulls last, reason_bucket
        """,
        tuple(params),
    )


def response_by_week(filters: Filters) -> pl.DataFrame:
    """One row a week: cases with a time of day, those reached, median_response_minutes of the reached."""
    where, params = _clause(filters, is_weekly=False)
    return fetch(
        f"""
        select ndr_week, count(*) as cases, count(response_minutes) as reached,
            median(response_minutes) as median_response_minutes, bool_and(is_mature) as is_mature
        from marts.fct_ndr_cases where {where} group by 1 order by 1
        """,
        tuple(params),
    )


def response_bands(filters: Filters) -> pl.DataFrame:
    """Cases of final weeks by response band: cases, recovered, recovery_rate."""
    where, params = _clause(filters, is_weekly=False)
    return fetch(
        f"""
        select response_band, count(*) as cases, count(*) filter (where is_recovered) as recovered,
            count(*) filter (where is_recovered) / count(*) as recovery_rate
        from marts.fct_ndr_cases where {where} and is_mature and response_band is not null group by 1
        """,
        tuple(params),
    )
