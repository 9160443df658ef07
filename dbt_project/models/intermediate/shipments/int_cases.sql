-- Grain: shipment_key, epoch; shipments with a failed delivery. What the scans alone say of a case.
with cycles as (
    select * from {{ ref('int_cycles') }}
),

first_cycles as (
    select * from cycles where cycle_number = 1
),

counted as (
    select shipment_key, epoch, max(cycle_number) as cycles, max(opened_at) as last_ndr_at
    from cycles
    group by shipment_key, epoch
),

attempted as (
    select
        shipment_key,
        epoch,
        count(*) filter (
            where result = 'delivered' or (result = 'failed' and reason_bucket <> 'not_attempted')
        ) as attempts
    from {{ ref('int_attempts') }}
    where shipment_key in (select shipment_key from first_cycles)
    group by shipment_key, epoch
),

final as (
    select
        c.shipment_key,
        c.epoch,
        c.opened_at as first_ndr_at,
        {{ ist_week('c.opened_at') }} as ndr_week,
        c.is_date_only as is_first_ndr_date_only,
        c.known_at as first_ndr_known_at,
        c.reason_bucket,
        c.native_reason_code,
        cast(a.attempts as int) as attempts,
        cast(n.cycles as int) as cycles,
        n.last_ndr_at
    from first_cycles as c
    inner join counted as n on c.shipment_key = n.shipment_key and c.epoch = n.epoch
    inner join attempted as a on c.shipment_key = a.shipment_key and c.epoch = a.epoch
)

select * from final
