"""The queue: cases of a stage, filtered, sorted, one page at a time, with the customer's other open parcels.

Reads the agents' file (audience `operations`): names are for the people who call. The order is total, so
that pages and neighbours agree.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards.filters import Filters
from dashboards.queries.conditions import on_cases
from dashboards.store import fetch, first

PAGE_SIZE = 25
EXPORT_LIMIT = 100_000
STAGES = ("new", "processed", "mailed", "open", "closed", "all")
_STAGE_SQL = {
    "new": "stage = 'new'",
    "processed": "stage = 'processed'",
    "mailed": "stage = 'mailed'",
    "open": "stage <> 'closed'",
    "closed": "stage = 'closed'",
    "all": "true",
}
SORTS = {
    "priority": "priority nulls last, first_ndr_at desc",
    "deadline": "deadline_at nulls last",
    "oldest": "first_ndr_at",
    "newest": "first_ndr_at desc",
    "value": "order_value desc nulls last",
    "attempts": "attempts desc",
    "follow_ups": "follow_ups desc",
}
_CASES = """
    with contacts as (select case_id, customer_id, customer_name from personal.prs_case_contacts),
    parcels as (
        select o.customer_id, count(*) as open_parcels
        from marts.fct_ndr_cases as c join contacts as o using (case_id)
        where c.stage <> 'closed' and o.customer_id is not null group by 1
    ),
    cases as (
        select c.*, q.priority, q.priority_reason, q.deadline_at, q.suggested_action, q.advice,
            q.latest_reason_bucket,
            o.customer_name, o.customer_id, coalesce(p.open_parcels, 0) as open_parcels
        from marts.fct_ndr_cases as c
        left join marts.rpt_ndr_queue as q using (case_id)
        left join contacts as o using (case_id)
        left join parcels as p on o.customer_id = p.customer_id
    )
"""
_PARCEL = """c.case_id, c.courier, c.via, c.awb, c.stage, not exists (
    select 1 from marts.dim_shipments as s where s.courier = c.courier and s.awb = c.awb and s.epoch > c.epoch
) as is_latest_life"""


def _where(stage: str, filters: Filters, find: str) -> tuple[str, tuple[object, ...]]:
    where, params = on_cases(filters)
    parts = [_STAGE_SQL[stage], where]
    if find:
        parts.append("(awb ilike ? or order_id ilike ? or customer_name ilike ? or customer_id = ?)")
        params = [*params, f"%{find}%", f"%{find}%", f"%{find}%", find]
    return " and ".join(parts), tuple(params)


def stage_counts(filters: Filters, find: str) -> dict[str, int]:
    """Number of cases of every stage under these filters, with `open` and `all`."""
    where, params = _where("all", filters, find)
    frame = fetch(
        f"{_CASES} select stage, count(*) as cases from cases where {where} group by 1", params, "operations"
    )
    found = dict(frame.iter_rows())
    total, closed = sum(found.values()), found.get("closed", 0)
    return {**dict.fromkeys(STAGES, 0), **found, "all": total, "open": total - closed}


def summary(stage: str, filters: Filters, find: str) -> dict[str, Any]:
    """cases, oldest_at, overdue at `as_of`, customers with several open parcels, rupees, of one stage."""
    where, params = _where(stage, filters, find)
    return first(
        fetch(
            f"""{_CASES}
            select count(*) as cases, min(first_ndr_at) as oldest_at, sum(order_value) as order_value,
                count(*) filter (where deadline_at < (select as_of from marts.rpt_build)) as overdue,
                count(distinct customer_id) filter (where open_parcels > 1) as customers_with_several
            from cases where {where}""",
            params,
            "operations",
        )
    )


def page(stage: str, filters: Filters, find: str, sort: str, number: int) -> pl.DataFrame:
    """One page of cases, with the columns of fct_ndr_cases and priority, priority_reason, deadline_at,
    suggested_action, advice, latest_reason_bucket, customer_name, customer_id, open_parcels."""
    where, params = _where(stage, filters, find)
    return fetch(
        f"{_CASES} select * from cases where {where} order by {SORTS[sort]}, case_id limit ? offset ?",
        (*params, PAGE_SIZE, (number - 1) * PAGE_SIZE),
        "operations",
    )


def parcels(stage: str, filters: Filters, find: str, sort: str, limit: int) -> pl.DataFrame:
    """The first cases of the view for a bulk: case_id, courier, via, awb, stage, is_latest_life."""
    where, params = _where(stage, filters, find)
    return fetch(
        f"{_CASES} select {_PARCEL} from cases as c where {where} order by {SORTS[sort]}, case_id limit ?",
        (*params, limit),
        "operations",
    )


def parcels_of(case_ids: list[str]) -> pl.DataFrame:
    """These cases with the columns of `parcels`."""
    return fetch(
        f"select {_PARCEL} from marts.fct_ndr_cases as c where list_contains(?::varchar[], case_id) order by case_id",
        (case_ids,),
        "operations",
    )


def export(stage: str, filters: Filters, find: str, sort: str) -> pl.DataFrame:
    """All cases of the view for a file, without names: at most EXPORT_LIMIT rows."""
    where, params = _where(stage, filters, find)
    return fetch(
        f"""{_CASES}
        select courier, awb, order_id, stage, stage_reason, reason_bucket, first_ndr_at, attempts, tracking_status,
            payment_mode, order_value, pincode, city, state, follow_ups, has_customer_feedback, has_ops_feedback,
            allocated_to, allocated_at, deadline_at, suggested_action, advice
        from cases where {where} order by {SORTS[sort]}, case_id limit ?""",
        (*params, EXPORT_LIMIT),
        "operations",
    )


def neighbours(case_id: str, stage: str, filters: Filters, find: str, sort: str) -> dict[str, Any]:
    """previous and next case_id in the queue's order and the place in it; empty when it is not in it."""
    where, params = _where(stage, filters, find)
    frame = fetch(
        f"""{_CASES}, placed as (
            select case_id, lag(case_id) over w as previous, lead(case_id) over w as next,
                row_number() over w as place, count(*) over () as total
            from cases where {where} window w as (order by {SORTS[sort]}, case_id)
        ) select * from placed where case_id = ?""",
        (*params, case_id),
        "operations",
    )
    return {} if frame.is_empty() else first(frame)
