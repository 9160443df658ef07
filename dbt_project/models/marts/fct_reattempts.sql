{{ config(materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail') }}
-- Grain: case, cycle_number. The visits that followed a failure and were carried out, with what they brought.
with reattempts as (
    select * from {{ ref('int_executed_reattempts') }}
),

cases as (
    select s.shipment_key, s.epoch, s.shipment_id as case_id, s.courier, c.ndr_week
    from {{ ref('int_cases') }} as c
    inner join {{ ref('int_shipments') }} as s on c.shipment_key = s.shipment_key and c.epoch = s.epoch
),

final as (
    select
        r.shipment_key,
        c.case_id,
        c.courier,
        c.ndr_week,
        r.cycle_number,
        r.closed_at,
        r.is_delivered,
        r.is_recoverable,
        r.is_customer_confirmed
    from reattempts as r
    inner join cases as c on r.shipment_key = c.shipment_key and r.epoch = c.epoch
)

select * from final
