-- Grain: ndr_week, response_band (null for cases whose failure or contact has no time of day).
with cases as (
    select * from {{ ref('fct_ndr_cases') }}
),

final as (
    select
        ndr_week,
        response_band,
        count(*) as cases,
        count(*) filter (where is_recovered) as recovered,
        cast(count(*) filter (where is_recovered) as double) / count(*) as recovery_rate,
        bool_and(is_mature) as is_mature,
        count(*) filter (where shipment_outcome = 'open') as open_cases
    from cases
    group by ndr_week, response_band
)

select * from final
