{{ config(materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail') }}
-- Grain: case, cycle.
with cycles as (
    select * from {{ ref('int_cycles') }}
),

shipments as (
    select shipment_key, epoch, shipment_id, courier, awb
    from {{ ref('int_shipments') }}
),

final as (
    select
        c.shipment_key,
        s.shipment_id as case_id,
        s.courier,
        s.awb,
        c.epoch,
        c.cycle_number,
        c.opened_at,
        c.closed_at,
        c.reason_bucket,
        c.native_reason_code,
        c.result
    from cycles as c
    inner join shipments as s on c.shipment_key = s.shipment_key and c.epoch = s.epoch
)

select * from final
