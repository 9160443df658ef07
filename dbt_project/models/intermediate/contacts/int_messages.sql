-- Grain: shipment_key, epoch, message_id. Messages in the life of the AWB in which they were sent.
with messages as (
    select * from {{ ref('stg_messages') }}
),

shipments as (
    select shipment_key, epoch, begun_at, ended_at from {{ ref('int_shipments') }}
),

assigned as (
    select
        s.shipment_key,
        s.epoch,
        m.message_id,
        m.channel,
        m.template,
        m.sent_at,
        m.accepted_at,
        m.delivered_at,
        m.read_at,
        m.failed_at,
        m.failure_reason,
        -- What was delivered or read had been accepted; some providers do not say when.
        coalesce(m.accepted_at, m.delivered_at, m.read_at) as contacted_at
    from messages as m
    inner join shipments as s
        on m.shipment_key = s.shipment_key and m.sent_at >= s.begun_at and m.sent_at < s.ended_at
),

final as (
    select
        *,
        -- The feed has no mark for a bare date: it stands at 23:59:59.999999 IST, which is 18:29:59.999999 UTC.
        coalesce({{ epoch_micros('contacted_at') }} % 86400000000 = 66599999999, false) as is_contact_date_only
    from assigned
)

select * from final
