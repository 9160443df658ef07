-- Grain: shipment_key, epoch, entry_number. What agents entered for an eventful shipment, copies left out (all
-- columns but received_at are an entry's identity), in the life of the AWB in which it was made.
{% set identity = [
    'acted_at', 'is_date_only', 'agent', 'entry', 'call_outcome', 'call_id', 'requested_on', 'window_start', 'window_end',
    'new_phone', 'new_address', 'new_pincode', 'remark', 'extra'
] -%}
with entries as (
    select
        shipment_key,
        {{ identity | join(', ') }},
        min(known_at) as known_at
    from {{ ref('stg_ops_feedback') }}
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
            partition by s.shipment_key, s.epoch order by e.{{ identity | join(' nulls last, e.') }} nulls last
        ) as entry_number,
        e.{{ identity | join(',\n        e.') }},
        e.known_at
    from entries as e
    inner join shipments as s
        on e.shipment_key = s.shipment_key and e.acted_at >= s.begun_at and e.acted_at < s.ended_at
)

select * from final
