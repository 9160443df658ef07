-- Grain: courier, ndr_month. Recovery of cases of mature weeks by the IST month of the first failure, also on the mix of
-- reasons of all couriers over all of these months, so that months can be compared like couriers.
with cases as (
    select
        courier,
        cast(date_trunc('month', {{ ist_date('first_ndr_at') }}) as date) as ndr_month,
        reason_bucket,
        is_recovered
    from {{ ref('fct_ndr_cases') }}
    where is_mature
),

{{ standardised_recovery(['courier', 'ndr_month']) }},

final as (
    select
        courier,
        ndr_month,
        cases,
        recovered,
        {{ recovery_rate_with_interval() | indent(8) }},
        recovery_rate_standardised,
        recovery_rate_standardised_low,
        recovery_rate_standardised_high,
        reason_mix_covered
    from standardised
)

select * from final
