{{ config(tags='vocabulary') }}
-- Grain: pincode. Where a pincode lies, from India Post's directory.
with final as (
    select pincode, district, state, latitude, longitude from {{ ref('pincodes') }}
)

select * from final
