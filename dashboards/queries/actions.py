"""What couriers were asked, and what became of it: from fct_instructions and rpt_pending_actions; no personal data.

What waits comes from the pending actions alone: an instruction that was replaced before it was sent is never sent.
An instruction without a failed delivery before it belongs to no case; filters on cases leave it out.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards.filters import Filters
from dashboards.queries.conditions import on_cases
from dashboards.store import fetch, first

TABS = ("submitted", "failed", "not_honoured", "sla_breached", "unknown", "pending")
PAGE_SIZE = 25
FILTERS = ("courier", "reason", "payment", "value", "ndr_date", "attempts", "action", "asker")
EXPORT_LIMIT = 100_000
_SENT_SORTS = {
    "newest": "coalesce(submitted_at, instructed_at) desc",
    "open": "coalesce(is_case_closed, false), coalesce(submitted_at, instructed_at) desc",
    "courier": "courier, coalesce(submitted_at, instructed_at) desc",
    "value": "order_value desc nulls last",
}
_PENDING_SORTS = {
    "newest": "release_at desc",
    "next": "waits_for is not null, release_at, priority",
    "courier": "courier, release_at desc",
    "value": "order_value desc nulls last",
}
_CASES = """
    select case_id, order_id, payment_mode, order_value, reason_bucket, first_ndr_at, attempts,
        closed_at is not null as is_case_closed
    from marts.fct_ndr_cases
"""
_SENT = f"""
    with asked as (
        select i.*, c.* exclude (case_id) from marts.fct_instructions as i left join ({_CASES}) as c using (case_id)
        where i.tab <> 'pending'
    )
"""
_PENDING = f"""
    with asked as (
        select p.* exclude (attempts), c.* exclude (case_id)
        from marts.rpt_pending_actions as p left join ({_CASES}) as c using (case_id)
        where not p.is_unclear
    )
"""
# The IST day of the build, as of which everything on the page holds.
_TODAY = "cast((select as_of from marts.rpt_build) + interval 330 minute as date)"
_NEW = "decided_at > (select as_of from marts.rpt_build) - interval 7 day"


def sorts(tab: str) -> dict[str, str]:
    """The orders that a tab offers."""
    return _PENDING_SORTS if tab == "pending" else _SENT_SORTS


def first_sort(tab: str) -> str:
    """The order where none is chosen: where somebody has to act, what can still be mended comes first."""
    return "open" if tab in ("failed", "unknown", "not_honoured") else "newest"


def summary(filters: Filters) -> dict[str, Any]:
    """Of those sent on the IST day of as_of: sent, accepted, unknown, failed. Of those accepted and judged in the 7
    days before as_of: judged, honoured. Of what waits: pending, and of it held (waits for more than its time)."""
    where, params = _where(filters)
    sent = fetch(
        f"""{_SENT}
        select count(*) filter (where is_today) as sent,
            count(*) filter (where is_today and submission = 'submitted') as accepted,
            count(*) filter (where is_today and submission = 'unknown') as unknown,
            count(*) filter (where is_today and submission = 'failed') as failed,
            count(*) filter (where {_NEW} and outcome in ('honoured', 'not_honoured', 'sla_breached')) as judged,
            count(*) filter (where {_NEW} and outcome = 'honoured') as honoured
        from (
            select *, cast(submitted_at + interval 330 minute as date) = {_TODAY} as is_today from asked where {where}
        )""",
        params,
    )
    waiting = fetch(
        f"""{_PENDING} select count(*) as pending, count(*) filter (where waits_for is not null) as held
        from asked where {where}""",
        params,
    )
    return first(sent) | first(waiting)


def tab_counts(filters: Filters) -> dict[str, int]:
    """Rows of every tab in this view."""
    where, params = _where(filters)
    frame = fetch(f"{_SENT} select tab, count(*) as n from asked where {where} group by 1", params)
    waiting = fetch(f"{_PENDING} select count(*) as n from asked where {where}", params).item()
    return {**dict.fromkeys(TABS, 0), **dict(frame.iter_rows()), "pending": waiting}


def page(tab: str, filters: Filters, sort: str, number: int) -> pl.DataFrame:
    """One page of a tab: the columns of fct_instructions or of rpt_pending_actions, and order_id, payment_mode,
    order_value, reason_bucket and first_ndr_at of the case, and is_case_closed (null: it belongs to none)."""
    where, params = _where(filters)
    table, key = (_PENDING, "action_id") if tab == "pending" else (_SENT, "instruction_id")
    is_of_tab = "true" if tab == "pending" else "tab = ?"
    own = () if tab == "pending" else (tab,)
    return fetch(
        f"{table} select * from asked where {is_of_tab} and {where} order by {sorts(tab)[sort]}, {key}"
        " limit ? offset ?",
        (*own, *params, PAGE_SIZE, (number - 1) * PAGE_SIZE),
    )


def export(tab: str, filters: Filters) -> pl.DataFrame:
    """Every row of a tab in this view, newest first: at most EXPORT_LIMIT."""
    where, params = _where(filters)
    if tab == "pending":
        return fetch(
            f"""{_PENDING}
            select courier, awb, order_id, action, source, rule, instructed_at, requested_on, send_on,
                send_window_start, send_window_end, release_at, expires_at, waits_for, is_supported, differences,
                advice, payment_mode, order_value, reason_bucket, action_id
            from asked where {where} order by release_at desc, action_id limit ?""",
            (*params, EXPORT_LIMIT),
        )
    return fetch(
        f"""{_SENT}
        select courier, awb, order_id, action, source, instructed_at, requested_on, window_start, window_end,
            submitted_at, submission, submission_reason, accepted_at, acceptance_evidence, outcome, outcome_reason,
            fault, decided_at, payment_mode, order_value, reason_bucket, instruction_id
        from asked where tab = ? and {where}
        order by coalesce(submitted_at, instructed_at) desc, instruction_id limit ?""",
        (tab, *params, EXPORT_LIMIT),
    )


def _where(filters: Filters) -> tuple[str, tuple[object, ...]]:
    """The filters on cases, and on what was asked itself."""
    kept = filters.only(FILTERS)
    where, params = on_cases(kept.only(name for name in FILTERS if name not in ("action", "asker")))
    for name, column in (("action", "action"), ("asker", "source")):
        if parts := kept.get(name):
            where += f" and {column} in ({', '.join('?' * len(parts))})"
            params = [*params, *parts]
    return where, tuple(params)
