-- Grain: shipment_key, epoch, entry_number. What agents entered for an eventful shipment, copies left out (all
-- columns but received_at are an entry's identity), in the life of the AWB in which it was made. An `undo` takes back
-- what its agent entered at that instant: `undone_at` is when that was known; it happened then, and follows in order.
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

taken_back as (
    select shipment_key, agent, acted_at, min(known_at) as undone_at
    from entries
    where entry = 'undo'
    group by shipment_key, agent, acted_at
),

final as (
    select
        s.shipment_key,
        s.epoch,
        row_number() over (
            partition by s.shipment_key, s.epoch
            order by
                case when e.entry = 'undo' then e.known_at else e.acted_at end,
                e.{{ identity | join(' nulls last, e.') }} nulls last
        ) as entry_number,
        e.{{ identity | join(',\n        e.') }},
        e.known_at,
        case
            when e.entry in ('reattempt', 'rto', 'mark_delivered', 'hold', 'fake_attempt') then t.undone_at
        end as undone_at
    from entries as e
    inner join shipments as s
        on e.shipment_key = s.shipment_key and e.acted_at >= s.begun_at and e.acted_at < s.ended_at
    left join taken_back as t
        on e.shipment_key = t.shipment_key and e.agent = t.agent and e.acted_at = t.acted_at
)

select * from final
