-- Grain: pincode (null for cases whose order is not known). Counts are of all cases, the rate of mature weeks alone.
with cases as (
    select * from {{ ref('fct_ndr_cases') }}
),

counted as (
    select
        pincode,
        count(*) as cases,
        count(*) filter (where is_recovered) as recovered,
        count(*) filter (where shipment_outcome = 'open') as open_cases,
        count(*) filter (where is_mature) as mature_cases,
        count(*) filter (where is_mature and is_recovered) as mature_recovered
    from cases
    group by pincode
),

final as (
    select
        pincode,
        cases,
        recovered,
        case when mature_cases > 0 then cast(mature_recovered as double) / mature_cases end as recovery_rate,
        open_cases,
        mature_cases,
        mature_recovered
    from counted
)

select * from final
