"""Couriers on a fair comparison, from rpt_courier_scorecard: cases of final weeks, and their accepted reattempts."""

from __future__ import annotations

import polars as pl

from dashboards.filters import Filters
from dashboards.formats import SMALL_N
from dashboards.queries.conditions import on_cases
from dashboards.store import fetch

FILTERS = ("courier",)
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

    courier, cases, recovered, recovery_rate, recovery_rate_standardised, reason_mix_covered, judged, and
    honoured, not_honoured, sla_breached, courier_fault (reattempts) with their shares of judged.
    """
    where, params = on_cases(filters.only(FILTERS))
    return fetch(
        f"""
        select courier, cases, cast(round(cases * recovery_rate) as bigint) as recovered, recovery_rate,
            recovery_rate_standardised, reason_mix_covered, judged,
            cast(coalesce(round(judged * honoured_share), 0) as bigint) as honoured, honoured_share,
            cast(coalesce(round(judged * not_honoured_share), 0) as bigint) as not_honoured, not_honoured_share,
            cast(coalesce(round(judged * sla_breached_share), 0) as bigint) as sla_breached, sla_breached_share,
            cast(coalesce(round(judged * courier_fault_share), 0) as bigint) as courier_fault, courier_fault_share
        from marts.rpt_courier_scorecard where {where} order by cases < ?, {SORTS[sort]}, courier""",
        (*params, SMALL_N),
    )
