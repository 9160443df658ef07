{{ config(materialized='incremental', incremental_strategy='touched', on_schema_change='fail') }}
-- Grain: shipment life, attempt.
with attempts as (
    select * from {{ ref('int_attempts') }} where {{ only_touched('shipment_key') }}
),

shipments as (
    select shipment_key, epoch, courier, awb from {{ ref('int_shipments') }} where {{ only_touched('shipment_key') }}
),

final as (
    select
        a.shipment_key,
        s.courier,
        s.awb,
        a.epoch,
        a.attempt_number,
        a.opened_at,
        a.closed_at,
        a.result,
        a.reason_bucket,
        a.restated_reason,
        a.is_without_ofd,
        a.sightings
    from attempts as a
    inner join shipments as s on a.shipment_key = s.shipment_key and a.epoch = s.epoch
)

select * from final
