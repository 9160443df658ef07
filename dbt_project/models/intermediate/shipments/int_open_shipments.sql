-- Grain: shipment_key. Shipments with a life that has not ended: the next build judges them again, as time passes.
with final as (
    select distinct shipment_key from {{ ref('int_lives') }}
    where shipment_outcome = 'open'
)

select * from final
