"""How fast customers are reached, couriers are told and cases end, of final weeks; and what reattempts bring.

From rpt_response_bands, rpt_metrics, rpt_reattempts, and delays of the cases and instructions themselves.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards import words
from dashboards.queries.intervals import ends
from dashboards.queries.narrowings import LONG
from dashboards.store import fetch, first


def bands() -> pl.DataFrame:
    """One row a response band, in the bands' order: response_band, cases, recovered, recovery_rate (0 to 1) with its
    ends _low and _high, at_risk (cases still open and not contacted when the band begins; null for never contacted).

    The band is null for cases whose failure has no time of day.
    """
    return fetch(
        f"""
        select response_band, sum(cases)::bigint as cases, sum(recovered)::bigint as recovered,
            sum(recovered) / sum(cases) as recovery_rate, {ends("sum(recovered)", "sum(cases)", "recovery_rate")},
            sum(at_risk)::bigint as at_risk
        from marts.rpt_response_bands where is_mature group by 1 having sum(cases) > 0
        order by list_position(?, response_band) nulls last
        """,
        (list(words.BANDS),),
    )


def delays() -> dict[str, Any]:
    """Medians in minutes, each with the count it is of; a median is null where there is nothing to measure.

    response_minutes of `responses` cases, the never contacted among them; detect_minutes from a failure to our
    knowing of it, of `detected` cases with a time of day; send_minutes from an instruction to its way to the
    courier, of `sent` instructions; `unsent` instructions have not left. accept_minutes from an instruction to the
    courier's acceptance, of `accepted`. settle_minutes from a failure to the end of its case, of `settled` cases with
    times of day, the open ones counting as longest; `long` of them took more than 24 hours.
    """
    return first(
        fetch(f"""
            with final_cases as (select * from marts.fct_ndr_cases where is_mature),
            detection as (
                select median(date_diff('second', first_ndr_at, first_ndr_known_at)) / 60 as detect_minutes,
                    count(first_ndr_known_at) as detected
                from final_cases where response_band is not null
            ), sending as (
                select median(date_diff('second', i.instructed_at, i.submitted_at)) / 60 as send_minutes,
                    count(i.submitted_at) as sent, count(*) - count(i.submitted_at) as unsent,
                    median(date_diff('second', i.instructed_at, i.accepted_at)) / 60 as accept_minutes,
                    count(i.accepted_at) as accepted
                from marts.fct_instructions as i join final_cases using (case_id)
            ), settling as (
                select median(coalesce(resolution_minutes, 'infinity'::double)) as minutes, count(*) as settled,
                    count(*) filter (where {LONG}) as long
                from final_cases where resolution_minutes is not null or shipment_outcome = 'open'
            )
            select m.own_value as response_minutes, m.n as responses, detection.*, sending.*,
                if(isinf(minutes), null, minutes) as settle_minutes, settled, long
            from marts.rpt_metrics as m, detection, sending, settling where m.metric = 'median_response_minutes'
        """)
    )


def reattempts() -> pl.DataFrame:
    """One row a kind of reattempt, in the order of words.REATTEMPTS: kind, reattempts, delivered, delivered_share with
    its ends _low and _high."""
    return fetch(
        """
        with named as (
            select case when cut = 'after_failure' then 'after_' || value when value = 'yes' then 'confirmed'
                else 'unconfirmed' end as kind, reattempts, delivered, delivered_share, delivered_share_low,
                delivered_share_high
            from marts.rpt_reattempts
        )
        select * from named order by list_position(?, kind)
        """,
        (list(words.REATTEMPTS),),
    )
