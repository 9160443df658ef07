"""Weeks that are not final, at the age they have reached: rpt_recovery_incidence, and the NDR rate of final weeks.

The incidence of a mixture is not the sum of its parts, so it is there for all cases, for one courier or for one reason.
"""

from __future__ import annotations

import polars as pl

from dashboards.filters import Filters
from dashboards.formats import SMALL_N
from dashboards.queries.conditions import on_weeks
from dashboards.store import fetch

_NO_CUT = ("none", "none")


def _cut(filters: Filters) -> tuple[str, str]:
    """Courier and reason of the rows to read; a pair that no row has where the filters ask for another mixture."""
    courier, reason = filters.get("courier"), filters.get("reason")
    if filters.get("payment") or len(courier) + len(reason) > 1:
        return _NO_CUT
    return (courier or ("all",))[0], (reason or ("all",))[0]


def is_told(filters: Filters) -> bool:
    """Whether there is an incidence for what these filters leave."""
    return _cut(filters) != _NO_CUT


def curves(filters: Filters) -> pl.DataFrame:
    """One row a week and day, of the last final week and all later ones.

    ndr_week, is_mature, day (IST dates since the failure), watched (cases it rests on), incidence, incidence_low,
    incidence_high, incidence_rto (shares), is_firm (enough are watched for a rate).
    """
    where, params = on_weeks(filters.only(("ndr_date",)))
    return fetch(
        f"""
        with weeks as (
            select ndr_week, bool_and(is_mature) as is_mature from marts.rpt_recovery_weekly where {where} group by 1
        ), shown as (
            select * from weeks where not is_mature
            union all select * from (select * from weeks where is_mature order by ndr_week desc limit 1)
        )
        select ndr_week, is_mature, day, watched, incidence, incidence_low, incidence_high, incidence_rto,
            watched >= ? as is_firm
        from marts.rpt_recovery_incidence join shown using (ndr_week)
        where courier = ? and reason_bucket = ? order by ndr_week, day
        """,
        (*params, SMALL_N, *_cut(filters)),
    )


def latest(found: pl.DataFrame) -> pl.DataFrame:
    """Of the weeks that are not final, the row of the last day on which a rate is firm; the columns of `curves`."""
    later = found.filter(~pl.col("is_mature") & pl.col("is_firm"))
    return (
        later.group_by("ndr_week").agg(pl.all().sort_by("day").last()).sort("ndr_week").select(found.columns)
    )


def ndr_rate(filters: Filters) -> pl.DataFrame:
    """The last final week by the parcels first out in it, and by those manifested in it; of one row, or none.

    week, first_out, first_out_with_ndr, manifested, manifested_with_ndr. Reason and payment do not apply: a parcel that
    never failed has no reason.
    """
    chosen, marks = filters.get("courier"), ", ".join("?" * len(filters.get("courier")))
    where = f"courier in ({marks})" if chosen else "true"
    return fetch(
        f"""
        select week, sum(first_out)::bigint as first_out, sum(first_out_with_ndr)::bigint as first_out_with_ndr,
            sum(manifested)::bigint as manifested, sum(manifested_with_ndr)::bigint as manifested_with_ndr
        from marts.rpt_shipments_weekly where {where} and is_mature
        group by week having sum(first_out) > 0 order by week desc limit 1
        """,
        chosen,
    )
