-- Grain: courier. Recovery, and what became of the reattempts that a courier accepted, over cases of mature weeks.
-- Standardised: on the mix of reasons of all couriers' cases.
with cases as (
    select * from {{ ref('fct_ndr_cases') }}
    where is_mature
),

instructions as (
    select * from {{ ref('fct_instructions') }}
    where action = 'reattempt' and submission = 'submitted' and outcome in ('honoured', 'not_honoured', 'sla_breached')
),

{{ standardised_recovery(['courier']) }},

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
        r.cases,
        {{ recovery_rate_with_interval('r.recovered', 'r.cases') | indent(8) }},
        r.recovery_rate_standardised,
        r.recovery_rate_standardised_low,
        r.recovery_rate_standardised_high,
        r.reason_mix_covered,
        coalesce(j.judged, 0) as judged,
        cast(j.honoured as double) / j.judged as honoured_share,
        cast(j.not_honoured as double) / j.judged as not_honoured_share,
        cast(j.courier_fault as double) / j.judged as courier_fault_share,
        cast(j.sla_breached as double) / j.judged as sla_breached_share
    from standardised as r
    left join judged as j on r.courier = j.courier
)

select * from final
