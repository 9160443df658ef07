-- Grain: courier. Recovery, and what became of the reattempts that a courier accepted, over cases of mature weeks.
-- Standardised: the courier's rate on each reason, weighted with that reason's share of all couriers' cases; reasons
-- that it had no case of are left out and the other weights add up to one (reason_mix_covered says to how much).
with cases as (
    select * from {{ ref('fct_ndr_cases') }}
    where is_mature
),

instructions as (
    select * from {{ ref('fct_instructions') }}
    where action = 'reattempt' and submission = 'submitted' and outcome in ('honoured', 'not_honoured', 'sla_breached')
),

mix as (
    select reason_bucket, cast(count(*) as double) / sum(count(*)) over () as share
    from cases
    group by reason_bucket
),

by_reason as (
    select
        courier,
        reason_bucket,
        count(*) as cases,
        count(*) filter (where is_recovered) as recovered
    from cases
    group by courier, reason_bucket
),

recovery as (
    select
        r.courier,
        sum(r.cases) as cases,
        sum(r.recovered) as recovered,
        sum(m.share * r.recovered / r.cases) / sum(m.share) as recovery_rate_standardised,
        sum(m.share) as reason_mix_covered
    from by_reason as r
    inner join mix as m on r.reason_bucket = m.reason_bucket
    group by r.courier
),

judged as (
    select
        c.courier,
        count(*) as judged,
        count(*) filter (where i.outcome = 'honoured') as honoured,
        count(*) filter (where i.outcome = 'not_honoured') as not_honoured,
        count(*) filter (where i.fault = 'courier') as courier_fault,
        count(*) filter (where i.outcome = 'sla_breached') as sla_breached
    from instructions as i
    inner join cases as c on i.case_id = c.case_id
    group by c.courier
),

final as (
    select
        r.courier,
        cast(r.cases as bigint) as cases,
        cast(r.recovered as double) / r.cases as recovery_rate,
        -- Rounded, as the order in which shares are added up must not show.
        round(r.recovery_rate_standardised, 12) as recovery_rate_standardised,
        round(r.reason_mix_covered, 12) as reason_mix_covered,
        coalesce(j.judged, 0) as judged,
        cast(j.honoured as double) / j.judged as honoured_share,
        cast(j.not_honoured as double) / j.judged as not_honoured_share,
        cast(j.courier_fault as double) / j.judged as courier_fault_share,
        cast(j.sla_breached as double) / j.judged as sla_breached_share
    from recovery as r
    left join judged as j on r.courier = j.courier
)

select * from final
