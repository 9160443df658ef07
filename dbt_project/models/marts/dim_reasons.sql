{{ config(tags='vocabulary') }}
-- Grain: reason_bucket. Why a delivery failed, over all couriers.
with final as (
    select reason_bucket, label, is_recoverable from {{ ref('reasons') }}
)

select * from final
