"""How scans reach us: what each courier pushed, what had to be asked for, and whether the asking keeps up.

The rounds of asking are read from the ledger, as they happen between two builds.
"""

from __future__ import annotations

import polars as pl

from dashboards.store import fetch
from ledger.database import has_ledger, open_ledger
from ledger.errors import LedgerError
from ledger.polls import Round, last_rounds
from settings import get_settings

#: IST dates that the page sums up, the last one being the build's.
DAYS = 7


def captured() -> pl.DataFrame:
    """One row a courier of which anything was pushed or asked for in the last days, most scans first: courier, scans,
    first_by_push, first_by_poll, first_by_file, lost_by_push, lost_share, and of its latest date with timed failures:
    failures, failures_on, median_detect_minutes, p95_detect_minutes."""
    return fetch(f"""
        with days as (
            select c.* from marts.rpt_capture_daily as c, marts.rpt_build as b
            where c.received_on > cast(b.as_of + interval 330 minute as date) - {DAYS}
        )
        select courier, sum(scans)::bigint as scans, sum(first_by_push)::bigint as first_by_push,
            sum(first_by_poll)::bigint as first_by_poll, sum(first_by_file)::bigint as first_by_file,
            sum(lost_by_push)::bigint as lost_by_push,
            sum(lost_by_push) / nullif(sum(pushed) + sum(lost_by_push), 0) as lost_share,
            max(received_on) filter (where failures > 0) as failures_on,
            max_by(failures, received_on) filter (where failures > 0) as failures,
            max_by(median_detect_minutes, received_on) filter (where failures > 0) as median_detect_minutes,
            max_by(p95_detect_minutes, received_on) filter (where failures > 0) as p95_detect_minutes
        from days group by courier
        having sum(first_by_push) + sum(first_by_poll) > 0
        order by scans desc, courier
    """)


def rounds() -> list[Round] | None:
    """The last round of every API that is asked; none where a build of the past is shown, None where the ledger cannot
    be read."""
    settings = get_settings()
    if settings.read_dir is not None or not has_ledger(settings):
        return []
    try:
        ledger = open_ledger(settings)
    except LedgerError:
        return None
    try:
        return last_rounds(ledger)
    except LedgerError:
        return None
    finally:
        ledger.close()
