{{ config(materialized='received') }}
-- Grain: shipment_key, with the courier and AWB that it stands for.
with final as (
    select shipment_key, courier, awb
    from {{ source('raw', 'shipment_keys') }}
    where {{ only_rejudged() }}
)

select * from final
