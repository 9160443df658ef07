"""Which build the pages show, and the names that every page needs."""

from __future__ import annotations

from typing import Any

from dashboards.store import fetch, first


def current() -> dict[str, Any]:
    """build_id, as_of and built_at (UTC) of the published build, and what else the build says of itself."""
    return first(fetch("select * from marts.rpt_build"))


def courier_names() -> dict[str, str]:
    """Courier slug to its name, in the order of the names."""
    rows = fetch("select slug, name from marts.dim_couriers order by name").rows()
    return dict(rows)


def final_weeks() -> dict[str, Any]:
    """weeks that are final, their first_week and last_week (Mondays), their cases, and later_cases of weeks that
    are not; the weeks are null while there is none."""
    return first(
        fetch("""
            select count(distinct ndr_week) filter (where is_mature) as weeks,
                min(ndr_week) filter (where is_mature) as first_week,
                max(ndr_week) filter (where is_mature) as last_week,
                count(*) filter (where is_mature) as cases,
                count(*) filter (where not is_mature) as later_cases
            from marts.fct_ndr_cases
        """)
    )


def choices() -> dict[str, list[str]]:
    """The words that occur among the cases, by filter: courier, reason, status, payment; most frequent first."""
    frame = fetch("""
        with counted as (
            select 'courier' as filter, courier as word from marts.fct_ndr_cases
            union all select 'reason', reason_bucket from marts.fct_ndr_cases
            union all select 'status', tracking_status from marts.fct_ndr_cases
            union all select 'payment', payment_mode from marts.fct_ndr_cases
        )
        select filter, word, count(*) as cases from counted where word is not null
        group by filter, word order by filter, cases desc, word
    """)
    found: dict[str, list[str]] = {"courier": [], "reason": [], "status": [], "payment": []}
    for name, word, _ in frame.iter_rows():
        found[name].append(word)
    return found
