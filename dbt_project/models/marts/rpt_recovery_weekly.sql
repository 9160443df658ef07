-- Grain: ndr_week, courier, reason_bucket, payment_mode (null where the order does not say). A week's maturity is that
-- of all its cases, so that the rows of one week can be added.
{% set by = ['ndr_week', 'courier', 'reason_bucket', 'payment_mode'] -%}
with cases as (
    select * from {{ ref('fct_ndr_cases') }}
),

{{ median_response(by) }},

counted as (
    select
        {{ by | join(', ') }},
        count(*) as cases,
        count(*) filter (where is_recovered) as recovered,
        count(*) filter (where shipment_outcome = 'rto') as rto,
        count(*) filter (where shipment_outcome = 'open') as open_cases,
        bool_and(is_mature) as is_mature,
        cast(null as double) as median_response_minutes
    from cases
    group by {{ by | join(', ') }}
),

-- Added up and not joined, as payment_mode may be null.
together as (
    select * from counted
    union all
    select
        {{ by | join(', ') }},
        0 as cases,
        0 as recovered,
        0 as rto,
        0 as open_cases,
        true as is_mature,
        median_response_minutes
    from medians
),

final as (
    select
        {{ by | join(', ') }},
        cast(sum(cases) as bigint) as cases,
        cast(sum(recovered) as bigint) as recovered,
        cast(sum(rto) as bigint) as rto,
        cast(sum(open_cases) as bigint) as open_cases,
        cast(sum(cases - recovered - rto - open_cases) as bigint) as other_closed,
        {{ recovery_rate_with_interval('sum(recovered)', 'sum(cases)') | indent(8) }},
        bool_and(is_mature) as is_mature,
        max(median_response_minutes) as median_response_minutes
    from together
    group by {{ by | join(', ') }}
)

select * from final
