-- Grain: shipment_key. Shipments whose judgement may change in this build: those with new events, and those of an
-- open case or instruction, for which time has passed.
with final as (
    select shipment_key from {{ ref('int_touched_shipments') }}
    union
    select shipment_key from {{ ref('int_lives') }}
    where shipment_outcome = 'open' and {{ 'false' if flags.FULL_REFRESH else 'true' }}
)

select shipment_key from final
