-- Grain: metric. Our own value of what the guides publish benchmarks for, over mature weeks, with the count behind it;
-- no value where nothing was counted.
with cases as (
    select *, 'all' as cohort from {{ ref('fct_ndr_cases') }}
    where is_mature
),

{{ median_response(['cohort']) }},

reattempts as (
    select case_id, is_customer_confirmed from {{ ref('fct_reattempts') }}
    where is_recoverable
),

shipments as (
    select * from {{ ref('rpt_shipments_weekly') }}
    where is_mature
),

counted as (
    select 'recovery_rate' as metric, count(*) filter (where is_recovered) as part, count(*) as n from cases
    union all
    select 'ndr_rate' as metric, sum(first_out_with_ndr) as part, coalesce(sum(first_out), 0) as n from shipments
    union all
    select 'customer_confirmed_share' as metric, count(*) filter (where r.is_customer_confirmed) as part, count(*) as n
    from reattempts as r
    inner join cases as c on r.case_id = c.case_id
    union all
    select 'template_response_rate' as metric, count(*) filter (where is_template_answered) as part, count(*) as n
    from cases
    where has_delivered_template
),

final as (
    select
        metric,
        case when n > 0 then cast(part as double) / n end as own_value,
        cast(n as bigint) as n
    from counted
    union all
    select
        'median_response_minutes' as metric,
        (select median_response_minutes from medians) as own_value,
        (select count(*) from waits) as n
)

select * from final
