create macro end_of(p, n, sign) as (p + 1.92 / n + sign * 1.96 * sqrt(p * (1 - p) / n + 0.96 / (n * n))) / (1 + 3.84 / n);
create table rpt_recovery_incidence as
with cuts as (
    select ndr_week, courier, 'all' as reason_bucket, is_recovered, shipment_outcome, first_ndr_at, closed_at from fct_ndr_cases
    union all select ndr_week, 'all', reason_bucket, is_recovered, shipment_outcome, first_ndr_at, closed_at from fct_ndr_cases
    union all select ndr_week, 'all', 'all', is_recovered, shipment_outcome, first_ndr_at, closed_at from fct_ndr_cases
), seen as (
    select *, ist($as_of::timestamptz) - 1 - ist(first_ndr_at) as watched_day, ist(closed_at) - ist(first_ndr_at) as end_day from cuts
), counted as (
    select ndr_week, courier, reason_bucket, cast(day as int) as day, count(*) filter (where watched_day >= day) as watched,
        count(*) filter (where watched_day >= day and coalesce(end_day, 99) >= day) as at_risk,
        count(*) filter (where watched_day >= day and end_day <= day and is_recovered) as delivered,
        count(*) filter (where watched_day >= day and end_day <= day and shipment_outcome = 'rto') as rto
    from seen, range(16) r(day) group by all
)
select ndr_week, courier, reason_bucket, day, at_risk, watched, delivered / watched as incidence,
    greatest(end_of(incidence, watched, -1), 0) as incidence_low, least(end_of(incidence, watched, 1), 1) as incidence_high,
    rto / watched as incidence_rto
from counted where watched > 0;
create or replace table rpt_courier_scorecard as
select *, recovery_rate - 0.04 as recovery_rate_low, recovery_rate + 0.05 as recovery_rate_high,
    recovery_rate_standardised - 0.04 as recovery_rate_standardised_low,
    recovery_rate_standardised + 0.05 as recovery_rate_standardised_high
from rpt_courier_scorecard;
create table rpt_courier_monthly as
select courier, cast(date_trunc('month', ist(first_ndr_at)) as date) as ndr_month, count(*) as cases,
    count(*) filter (where is_recovered) as recovered, recovered / cases as recovery_rate, recovery_rate - 0.05 as recovery_rate_low,
    recovery_rate + 0.06 as recovery_rate_high, recovery_rate - 0.01 as recovery_rate_standardised,
    recovery_rate - 0.06 as recovery_rate_standardised_low, recovery_rate + 0.05 as recovery_rate_standardised_high,
    1.0 as reason_mix_covered
from fct_ndr_cases where is_mature group by 1, 2;
create table fct_attempt_signals as
select case_id, courier, unnest(['no_result', 'no_dispatch', 'not_attempted', 'at_night', 'claimed_fake']) as signal, 1::bigint as times
from fct_ndr_cases where u(cast(right(awb, 6) as int), 40) < 0.1;
create table fct_reattempts as
select y.case_id, y.courier, c.ndr_week, y.cycle_number, y.closed_at, y.result = 'delivered' as is_delivered,
    r.is_recoverable, c.has_customer_feedback as is_customer_confirmed
from fct_ndr_cycles y join fct_ndr_cases c using (case_id) join dim_reasons r on y.reason_bucket = r.reason_bucket
where y.result in ('failed_again', 'delivered');
create table rpt_reattempts as
with cuts as (
    select 'confirmed' as cut, if(is_customer_confirmed, 'yes', 'no') as value, is_delivered from fct_reattempts join fct_ndr_cases using (case_id)
    where is_mature and is_recoverable
    union all select 'after_failure', cast(least(cycle_number, 3) as varchar), is_delivered
    from fct_reattempts join fct_ndr_cases using (case_id) where is_mature
)
select cut, value, count(*) as reattempts, count(*) filter (where is_delivered) as delivered,
    delivered / reattempts as delivered_share, greatest(end_of(delivered_share, reattempts, -1), 0) as delivered_share_low,
    least(end_of(delivered_share, reattempts, 1), 1) as delivered_share_high
from cuts group by cut, value;
create table rpt_benchmark_bands as
select metric, source, 'low' as band, 1 as band_order, null::double as low, coalesce(low, high / 2) as high, 'low' as quoted_range,
    false as is_ours from rpt_benchmark_scorecard
union all
select metric, source, if(band like '%bands', 'high', coalesce(band, 'high')), 2,
    if(band like '%bands', coalesce(high, low), coalesce(low, high / 2)), if(band like '%bands', null, high),
    coalesce(quoted_range, 'high'), coalesce(band not like '%bands', false)
from rpt_benchmark_scorecard;
