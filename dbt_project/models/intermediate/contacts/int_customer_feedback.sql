-- Grain: shipment_key, epoch, answer_number. What the customer of an eventful shipment told us, copies left out (all
-- columns but received_at are an answer's identity), in the life of the AWB in which it was said.
{% set identity = [
    'responded_at', 'is_date_only', 'channel', 'response', 'requested_on', 'window_start', 'window_end', 'new_phone',
    'new_address', 'new_pincode', 'landmark', 'text', 'extra'
] -%}
with answers as (
    select
        shipment_key,
        {{ identity | join(', ') }},
        min(known_at) as known_at
    from {{ ref('stg_customer_feedback') }}
    group by shipment_key, {{ identity | join(', ') }}
),

shipments as (
    select shipment_key, epoch, begun_at, ended_at from {{ ref('int_shipments') }}
),

final as (
    select
        s.shipment_key,
        s.epoch,
        row_number() over (
            partition by s.shipment_key, s.epoch order by a.{{ identity | join(' nulls last, a.') }} nulls last
        ) as answer_number,
        a.{{ identity | join(',\n        a.') }},
        a.known_at
    from answers as a
    inner join shipments as s
        on a.shipment_key = s.shipment_key and a.responded_at >= s.begun_at and a.responded_at < s.ended_at
)

select * from final
