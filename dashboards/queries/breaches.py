"""SLA breaches with their proof, from rpt_sla_breaches; no personal data.

A breach without a failed delivery before it belongs to no case and has no reason. Escalations that the build does not
hold yet come from the ledger: `later` gives the last step of each by instruction_id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboards.filters import Filters
from dashboards.queries.conditions import on_cases
from dashboards.store import fetch, first

FILTERS = ("courier", "reason", "payment", "value", "ndr_date", "final")
PAGE_SIZE = 25
STATES = ("all", "not_raised", "raised", "answered", "upheld", "rejected")
SORTS = {
    "newest": "return_started_at desc",
    "value": "order_value desc nulls last",
    "fastest": "hours_to_return",
    "courier": "courier, return_started_at desc",
}
_BREACHES = """
    with later as (select unnest(?::varchar[]) as instruction_id, unnest(?::varchar[]) as step),
    breaches as (
        select b.* exclude (escalation_state), coalesce(l.step, b.escalation_state) as escalation_state,
            l.step is not null as is_on_its_way, c.first_ndr_at, c.reason_bucket, c.is_mature,
            b.return_started_at > (select as_of from marts.rpt_build) - interval 7 day as is_new
        from marts.rpt_sla_breaches as b
        left join later as l using (instruction_id)
        left join (select case_id, first_ndr_at, reason_bucket, is_mature from marts.fct_ndr_cases) as c using (case_id)
    )
"""
_NONE: Mapping[str, str] = {}


def _shown(
    filters: Filters, later: Mapping[str, str], state: str = "all"
) -> tuple[str, tuple[object, ...], tuple[object, ...]]:
    """The condition of a view, its parameters, and those of _BREACHES, which come first."""
    where, params = on_cases(filters.only(FILTERS))
    own = (list(later), list(later.values()))
    return (
        (where, tuple(params), own)
        if state == "all"
        else (
            f"{where} and escalation_state = ?",
            (*params, state),
            own,
        )
    )


def summary(filters: Filters, later: Mapping[str, str] = _NONE) -> dict[str, Any]:
    """breaches, those whose return started in the 7 days before as_of, rupees, and by state of escalation how many."""
    where, params, own = _shown(filters, later)
    states = ", ".join(
        f"count(*) filter (where escalation_state = '{state}') as {state}" for state in STATES[1:]
    )
    return first(
        fetch(
            f"""{_BREACHES}
            select count(*) as breaches, coalesce(sum(order_value), 0) as order_value,
                count(*) filter (where is_new) as of_last_week,
                coalesce(sum(order_value) filter (where is_new), 0) as value_last_week, {states}
            from breaches where {where}""",
            (*own, *params),
        )
    )


def by_courier(filters: Filters) -> pl.DataFrame:
    """One row a courier, most breaches first: breaches, rupees, and the reattempts it accepted in this view."""
    where, params, own = _shown(filters, _NONE)
    return fetch(
        f"""{_BREACHES}, broken as (
            select courier, count(*) as breaches, sum(order_value) as order_value
            from breaches where {where} group by 1
        ), accepted as (
            select c.courier, count(*) as accepted
            from marts.fct_ndr_cases as c
            join (select case_id from marts.fct_instructions
                  where submission = 'submitted' and action = 'reattempt') as i using (case_id)
            where {where} group by 1
        )
        select courier, breaches, order_value, accepted
        from broken left join accepted using (courier) order by breaches desc, courier""",
        (*own, *params, *params),
    )


def by_week(filters: Filters) -> pl.DataFrame:
    """Breaches by IST week of the return's start and courier: week (Monday), courier, breaches."""
    where, params, own = _shown(filters, _NONE)
    return fetch(
        f"""{_BREACHES}
        select cast(date_trunc('week', return_started_at + interval 330 minute) as date) as week, courier,
            count(*) as breaches
        from breaches where {where} group by 1, 2 order by 1, 2""",
        (*own, *params),
    )


def page(
    filters: Filters, sort: str, number: int, state: str = "all", later: Mapping[str, str] = _NONE
) -> pl.DataFrame:
    """One page of breaches with all their columns, and is_on_its_way where the build lacks the last step."""
    where, params, own = _shown(filters, later, state)
    return fetch(
        f"{_BREACHES} select * from breaches where {where} order by {SORTS[sort]}, instruction_id limit ? offset ?",
        (*own, *params, PAGE_SIZE, (number - 1) * PAGE_SIZE),
    )


def export(filters: Filters, state: str = "all", later: Mapping[str, str] = _NONE) -> pl.DataFrame:
    """Every breach of the view, newest first, with the columns of the proof."""
    where, params, own = _shown(filters, later, state)
    return fetch(
        f"""{_BREACHES}
        select courier, awb, order_id, payment_mode, order_value, reason_bucket, source, action, instructed_at,
            requested_on, window_start, window_end, accepted_at, acceptance_evidence, acceptance_reference,
            return_started_at, hours_to_return, attempts_before, courier_attempt_number, max_attempts, notice_minutes,
            escalation_state, escalated_at, times_raised, instruction_id
        from breaches where {where} order by return_started_at desc, instruction_id""",
        (*own, *params),
    )
