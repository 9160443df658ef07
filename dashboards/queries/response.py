"""How fast customers are reached, of cases of final weeks: rpt_response_bands, rpt_metrics, and two delays."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards import words
from dashboards.store import fetch, first


def bands() -> pl.DataFrame:
    """One row a response band: response_band, cases, recovered, recovery_rate (0 to 1); in the bands' order.

    The band is null for cases whose failure has no time of day.
    """
    return fetch(
        """
        select response_band, sum(cases)::bigint as cases, sum(recovered)::bigint as recovered,
            sum(recovered) / sum(cases) as recovery_rate
        from marts.rpt_response_bands where is_mature group by 1
        order by list_position(?, response_band) nulls last
        """,
        (list(words.BANDS),),
    )


def delays() -> dict[str, Any]:
    """Medians in minutes, each with the count it is of; a median is null where there is nothing to measure.

    response_minutes of `responses` cases, the never contacted among them; detect_minutes from a failure to our
    knowing of it, of `detected` cases with a time of day; send_minutes from an instruction to its way to the
    courier, of `sent` instructions; `unsent` instructions have not left.
    """
    return first(
        fetch("""
            with final_cases as (select * from marts.fct_ndr_cases where is_mature),
            detection as (
                select median(date_diff('second', first_ndr_at, first_ndr_known_at)) / 60 as detect_minutes,
                    count(first_ndr_known_at) as detected
                from final_cases where response_band is not null
            ), sending as (
                select median(date_diff('second', i.instructed_at, i.submitted_at)) / 60 as send_minutes,
                    count(i.submitted_at) as sent, count(*) - count(i.submitted_at) as unsent
                from marts.fct_instructions as i join final_cases using (case_id)
            )
            select m.own_value as response_minutes, m.n as responses, detection.*, sending.*
            from marts.rpt_metrics as m, detection, sending where m.metric = 'median_response_minutes'
        """)
    )
