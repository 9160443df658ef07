"""Couriers on a fair comparison, of cases of final weeks: their recovery and accepted reattempts from
rpt_courier_scorecard, months from rpt_courier_monthly, what is worth a question from fct_attempt_signals."""

from __future__ import annotations

import polars as pl

from dashboards import words
from dashboards.filters import Filters
from dashboards.formats import SMALL_N
from dashboards.queries.conditions import on_cases
from dashboards.store import fetch

FILTERS = ("courier",)
MONTHS_SHOWN = 6
SORTS = {
    "same_mix": "recovery_rate_standardised desc",
    "recovery": "recovery_rate desc",
    "cases": "cases desc",
    "honoured": "honoured_share desc nulls last",
    "not_honoured": "not_honoured_share desc nulls last",
    "breached": "sla_breached_share desc nulls last",
    "fault": "courier_fault_share desc nulls last",
}


def scorecard(filters: Filters, sort: str = "same_mix") -> pl.DataFrame:
    """One row a courier, those of fewer than SMALL_N cases last: its shares (0 to 1) and the counts they are of.

    courier, cases, recovered, recovery_rate and recovery_rate_standardised with their ends _low and _high,
    reason_mix_covered, judged, and honoured, not_honoured, sla_breached, courier_fault (reattempts) with their
    shares of judged.
    """
    where, params = on_cases(filters.only(FILTERS))
    return fetch(
        f"""
        select courier, cases, cast(round(cases * recovery_rate) as bigint) as recovered, recovery_rate,
            recovery_rate_low, recovery_rate_high, recovery_rate_standardised, recovery_rate_standardised_low,
            recovery_rate_standardised_high, reason_mix_covered, judged,
            cast(coalesce(round(judged * honoured_share), 0) as bigint) as honoured, honoured_share,
            cast(coalesce(round(judged * not_honoured_share), 0) as bigint) as not_honoured, not_honoured_share,
            cast(coalesce(round(judged * sla_breached_share), 0) as bigint) as sla_breached, sla_breached_share,
            cast(coalesce(round(judged * courier_fault_share), 0) as bigint) as courier_fault, courier_fault_share
        from marts.rpt_courier_scorecard where {where} order by cases < ?, {SORTS[sort]}, courier""",
        (*params, SMALL_N),
    )


def monthly(filters: Filters) -> pl.DataFrame:
    """One row a courier and month, of the last MONTHS_SHOWN months: courier, ndr_month, cases, recovered, and on the
    same mix recovery_rate_standardised with its ends _low and _high, reason_mix_covered."""
    where, params = on_cases(filters.only(FILTERS))
    return fetch(
        f"""
        select courier, ndr_month, cases, recovered, recovery_rate_standardised, recovery_rate_standardised_low,
            recovery_rate_standardised_high, reason_mix_covered
        from marts.rpt_courier_monthly
        where {where}
            and ndr_month > (select max(ndr_month) from marts.rpt_courier_monthly) - interval {MONTHS_SHOWN} month
        order by courier, ndr_month""",
        tuple(params),
    )


def signals(filters: Filters) -> pl.DataFrame:
    """One row a courier: cases, and how many of them have each signal of words.SIGNALS, and any of them (suspect)."""
    where, params = on_cases(filters.only(FILTERS), "c")
    counted = ", ".join(
        f"count(distinct s.case_id) filter (where s.signal = '{word}') as {word}" for word in words.SIGNALS
    )
    return fetch(
        f"""
        select c.courier, count(distinct c.case_id) as cases, {counted}, count(distinct s.case_id) as suspect
        from marts.fct_ndr_cases as c left join marts.fct_attempt_signals as s using (case_id)
        where {where} and c.is_mature group by 1 order by count(distinct c.case_id) < ?, c.courier""",
        (*params, SMALL_N),
    )
