"""A small published warehouse made of plausible rows, for page tests that must not wait for a build.

Owns: two DuckDB files with the contract's tables, the same for the same arguments. Refuses: to be a
truth; the numbers are drawn, not judged, and the browser test runs on the demo's own data.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

_COMMON = """
create macro u(i, salt) as ((hash(i * 7919 + salt * 104729) % 1000003) / 1000003.0);
create macro pick(words, p) as words[1 + least(len(words) - 1, cast(floor(p * len(words)) as int))];
create macro ist(ts) as cast(ts + interval 330 minute as date);
create schema marts;
use marts;
create table rpt_build as
    select 'build-stand-in' as build_id, $as_of::timestamptz as as_of, $as_of::timestamptz as built_at;
create table dim_couriers as select * from (values
    ('delhivery', 'Delhivery'), ('shadowfax', 'Shadowfax'), ('xpressbees', 'XpressBees'),
    ('ekart', 'Ekart'), ('bluedart', 'Blue Dart')) t(slug, name);
create table dim_reasons as select reason_bucket, label, is_recoverable from read_csv($reasons);
create table base as
with drawn as (
    select i, pick(['delhivery', 'delhivery', 'shadowfax', 'xpressbees', 'ekart', 'bluedart'], u(i, 1)) as courier,
        pick(['customer_unavailable', 'customer_unavailable', 'customer_unavailable', 'customer_unavailable',
              'customer_unavailable', 'customer_unavailable', 'address_issue', 'address_issue',
              'address_issue', 'customer_refused', 'customer_refused', 'premises_closed', 'premises_closed',
              'phone_unreachable', 'invalid_number', 'external_factor', 'not_attempted', 'unmapped'],
             u(i, 2)) as reason_bucket,
        case when u(i, 3) < 0.6 then 'COD' else 'PREPAID' end as payment_mode,
        cast(299 + floor(pow(u(i, 4), 3) * 12000) as decimal(12, 2)) as order_value,
        $as_of::timestamptz - cast(floor(pow(u(i, 5), 1.1) * $days * 1440) as int) * interval 1 minute as first_ndr_at
    from range($cases) r(i)
), fated as (
    select *, case when u(i, 6) < 0.38 then 'delivered' when u(i, 6) < 0.95 then 'rto'
                   when u(i, 6) < 0.98 then 'lost' else 'cancelled' end as fate,
        first_ndr_at + cast(floor(900 + u(i, 7) * 12000) as int) * interval 1 minute as fate_at
    from drawn
)
select *, courier || ':AWB' || (7000000000 + i) || ':0' as case_id, 'AWB' || (7000000000 + i) as awb,
    ist(first_ndr_at) - cast(isodow(ist(first_ndr_at)) - 1 as int) as ndr_week,
    fate_at <= $as_of::timestamptz as is_closed,
    case when u(i, 8) < 0.75 then pow(u(i, 9), 4) * 3000 + 3 end as response_minutes
from fated;
create table fct_ndr_cases as
select case_id, courier, awb, 0 as epoch, null::varchar as via, 'ORD-' || (50000 + i) as order_id, payment_mode,
    order_value,
    if(i % 97 = 5, null, cast(560000 + i % 90 as varchar)) as pincode, 'Bengaluru' as city, 'Karnataka' as state,
    first_ndr_at,
    first_ndr_at + interval 3 minute as first_ndr_known_at,
    ndr_week, reason_bucket, 'NC-' || (i % 9) as native_reason_code,
    cast(1 + floor(u(i, 10) * 3) as int) as attempts, cast(1 + floor(u(i, 10) * 3) as int) as cycles,
    case when is_closed then 'closed' else pick(['new', 'new', 'new', 'processed', 'mailed', 'mailed'], u(i, 11))
        end as stage,
    case when is_closed then fate else pick(['no_instruction', 'rejected', 'answer_to_read'], u(i, 12))
        end as stage_reason,
    case when is_closed then fate else 'open' end as shipment_outcome,
    is_closed and fate = 'delivered' as is_recovered, false as is_rto_reversed, false as is_delivery_reversed,
    case when is_closed then fate_at end as closed_at,
    case when is_closed then date_diff('second', first_ndr_at, fate_at) / 60 end as resolution_minutes,
    first_ndr_at + cast(response_minutes as int) * interval 1 minute as first_contact_at, response_minutes,
    case when response_minutes is null then 'none' when response_minutes <= 30 then 'within_30m'
        when response_minutes <= 120 then '30m_2h' when response_minutes <= 240 then '2h_4h'
        when response_minutes <= 1440 then '4h_24h' when response_minutes <= 2880 then '24h_48h'
        else 'over_48h' end as response_band,
    u(i, 41) < 0.7 as has_delivered_template, u(i, 41) < 0.3 as is_template_answered,
    u(i, 13) < 0.3 as has_customer_feedback, u(i, 14) < 0.4 as has_ops_feedback,
    cast(floor(u(i, 15) * 4) as int) as follow_ups, cast(floor(u(i, 15) * 2) as int) as cycle_follow_ups,
    case when u(i, 16) < 0.7 then pick(['asha', 'imran', 'divya'], u(i, 17)) end as allocated_to,
    case when u(i, 16) < 0.7 then first_ndr_at + interval 2 hour end as allocated_at,
    case when is_closed then if(fate = 'rto', 'rto_in_transit', fate)
        else pick(['failed_delivery', 'in_transit', 'held'], u(i, 18)) end as tracking_status,
    bool_and(is_closed) over (partition by ndr_week) or ist($as_of::timestamptz) >= ndr_week + 22 as is_mature
from base;
"""


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def make_published(folder: Path, as_of: datetime, cases: int = 900, days: int = 56) -> None:
    """Write `warehouse.duckdb` and `operations.duckdb` into `folder` as of the instant `as_of`."""
    folder.mkdir(parents=True, exist_ok=True)
    reasons = Path(__file__).parents[2] / "dbt_project" / "seeds" / "reasons.csv"
    values = {"as_of": as_of.isoformat(), "reasons": str(reasons), "cases": str(cases), "days": str(days)}
    for name in ("warehouse.duckdb", "operations.duckdb"):
        (folder / name).unlink(missing_ok=True)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        script = _COMMON + _text("stand_in_reports.sql") + _text("stand_in_metrics.sql")
        for word, value in values.items():
            script = script.replace(f"${word}", value if value.isdigit() else f"'{value}'")
        connection.execute("set timezone = 'UTC'")
        connection.execute(script)
    with duckdb.connect(str(folder / "operations.duckdb")) as connection:
        connection.execute(f"attach '{folder / 'warehouse.duckdb'}' as warehouse (read_only)")
        connection.execute(_text("stand_in_personal.sql"))
