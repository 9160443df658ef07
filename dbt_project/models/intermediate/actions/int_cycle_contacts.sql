-- Grain: one contact with the customer of an open case in its latest cycle: a message that its channel accepted, or a
-- call (once by its call_id), and every answer of theirs.
--   is_answered: the customer picked up, or told us something
with cases as (
    select c.shipment_key, c.epoch, c.last_ndr_at
    from {{ ref('int_cases') }} as c
    inner join {{ ref('int_lives') }} as l on c.shipment_key = l.shipment_key and c.epoch = l.epoch
    where l.shipment_outcome = 'open'
),

calls as (
    select
        shipment_key,
        epoch,
        min(acted_at) as contacted_at,
        bool_or(call_outcome = 'picked') as is_answered
    from {{ ref('int_ops_feedback') }}
    where call_outcome is not null
    group by shipment_key, epoch, coalesce(call_id, 'entry ' || entry_number)
),

contacts as (
    select shipment_key, epoch, contacted_at, false as is_answered from {{ ref('int_messages') }}
    where contacted_at is not null
    union all
    select shipment_key, epoch, contacted_at, is_answered from calls
    union all
    select shipment_key, epoch, responded_at as contacted_at, true as is_answered from {{ ref('int_customer_feedback') }}
),

final as (
    select t.shipment_key, t.epoch, t.contacted_at, t.is_answered
    from contacts as t
    inner join cases as c
        on t.shipment_key = c.shipment_key and t.epoch = c.epoch and t.contacted_at >= c.last_ndr_at
)

select * from final
