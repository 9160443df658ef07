"""Failures by place, from rpt_recovery_by_pincode and the directory dim_pincodes.

Counts are of all weeks, recovery of final ones. A place that the directory does not name is "unknown".
"""

from __future__ import annotations

import polars as pl

from dashboards.filter_list import PLACES
from dashboards.filters import Filters
from dashboards.formats import SMALL_N
from dashboards.queries.conditions import place
from dashboards.store import fetch

FILTERS = ("state", "district")
SORTS = {
    "cases": "failures desc",
    "recovery": f"final_cases < {SMALL_N}, recovery_rate desc nulls last",
    "open": "open_cases desc",
}
COARSE, FINE = 0.4, 0.05
"""Degrees between the dots of the country, and of a state or district."""
_BOUNDS = "latitude between 6 and 38 and longitude between 68 and 98"
_DIRECTORY = f"""
    select pincode, {place("state")} as state, {place("district")} as district,
        if({_BOUNDS}, latitude, null) as latitude, if({_BOUNDS}, longitude, null) as longitude
    from marts.dim_pincodes
"""


def level(filters: Filters) -> str:
    """What a row is in this view: a state, a district of one, a pincode of one."""
    return PLACES[2] if filters.get("district") else PLACES[1] if filters.get("state") else PLACES[0]


def pincodes(filters: Filters) -> pl.DataFrame:
    """One row a pincode, most failures first: state, district, pincode, latitude and longitude (degrees, null where
    not known), failures, open_cases, final_cases, final_recovered, recovery_rate (0 to 1, of final cases)."""
    where, params = _within(filters)
    return fetch(
        f"""
        with placed as (
            select {place("d.state")} as state, {place("d.district")} as district, {place("p.pincode")} as pincode,
                latitude, longitude, cases as failures, open_cases, mature_cases as final_cases,
                mature_recovered as final_recovered, recovery_rate
            from marts.rpt_recovery_by_pincode as p left join ({_DIRECTORY}) as d using (pincode)
        )
        select * from placed where {where} order by failures desc, pincode
        """,
        params,
    )


def places(filters: Filters, sort: str) -> pl.DataFrame:
    """One row a place of this view's level: the places above it, and the counts of `pincodes` summed, with the
    number of its pincodes."""
    where, params = _within(filters)
    names = ", ".join(PLACES[: PLACES.index(level(filters)) + 1])
    return fetch(
        f"""
        with placed as (
            select {place("d.state")} as state, {place("d.district")} as district, {place("p.pincode")} as pincode, p.*
                exclude (pincode)
            from marts.rpt_recovery_by_pincode as p left join ({_DIRECTORY}) as d using (pincode)
        )
        select {names}, count(*) as pincodes, sum(cases)::bigint as failures, sum(open_cases)::bigint as open_cases,
            sum(mature_cases)::bigint as final_cases, sum(mature_recovered)::bigint as final_recovered,
            sum(mature_recovered) / nullif(sum(mature_cases), 0) as recovery_rate
        from placed where {where} group by all order by {SORTS[sort]}, {names}
        """,
        params,
    )


def ground(filters: Filters) -> pl.DataFrame:
    """Where pincodes are at all, on a grid: latitude and longitude in degrees."""
    where, params = _within(filters)
    step = FINE if filters.get("state") or filters.get("district") else COARSE
    return fetch(
        f"""
        select distinct round(latitude / {step}) * {step} as latitude,
            round(longitude / {step}) * {step} as longitude
        from ({_DIRECTORY}) where latitude is not null and {where} order by all""",
        params,
    )


def _within(filters: Filters) -> tuple[str, tuple[object, ...]]:
    parts = {name: filters.get(name) for name in FILTERS if filters.get(name)}
    texts = [f"{name} in ({', '.join('?' * len(values))})" for name, values in parts.items()]
    return " and ".join(texts) or "true", tuple(value for values in parts.values() for value in values)
