-- Grain: case, cycle_number. The visits that followed a failure and were carried out, with what they brought.
with reattempts as (
    select * from {{ ref('int_executed_reattempts') }}
),

cases as (
    select shipment_key, epoch, case_id, courier, ndr_week, is_mature from {{ ref('fct_ndr_cases') }}
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
        r.is_customer_confirmed,
        c.is_mature
    from reattempts as r
    inner join cases as c on r.shipment_key = c.shipment_key and r.epoch = c.epoch
)

select * from final
