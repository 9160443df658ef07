-- Grain: ndr_week, response_band (null for cases whose failure or contact has no time of day).
with cases as (
    select * from {{ ref('fct_ndr_cases') }}
),

counted as (
    select
        ndr_week,
        response_band,
        count(*) as cases,
        count(*) filter (where is_recovered) as recovered,
        bool_and(is_mature) as is_mature,
        count(*) filter (where shipment_outcome = 'open') as open_cases
    from cases
    group by ndr_week, response_band
),

final as (
    select
        ndr_week,
        response_band,
        cases,
        recovered,
        {{ recovery_rate_with_interval() | indent(8) }},
        is_mature,
        open_cases
    from counted
)

select * from final
