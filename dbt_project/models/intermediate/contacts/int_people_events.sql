-- Grain: shipment_key, epoch, event_id. What customers and agents said, and what we sent, as events in plain words.
-- An action's answer is the courier's own event.
with words as (
    select * from {{ ref('event_words') }}
),

answers as (
    select
        a.shipment_key,
        a.epoch,
        'c' || a.answer_number as event_id,
        a.responded_at as occurred_at,
        a.known_at as received_at,
        a.is_date_only,
        'customer' as lane,
        a.response as kind,
        w.label as summary
    from {{ ref('int_customer_feedback') }} as a
    inner join words as w on w.subject = 'customer_response' and a.response = w.word
),

entries as (
    select
        e.shipment_key,
        e.epoch,
        'o' || e.entry_number as event_id,
        case when e.entry = 'undo' then e.known_at else e.acted_at end as occurred_at,
        e.known_at as received_at,
        e.is_date_only,
        'operations' as lane,
        e.entry as kind,
        w.label || coalesce(': ' || o.label, '') as summary
    from {{ ref('int_ops_feedback') }} as e
    inner join words as w on w.subject = 'ops_entry' and e.entry = w.word
    left join words as o on o.subject = 'call_outcome' and e.call_outcome = o.word
),

messages as (
    select
        shipment_key,
        epoch,
        'm' || row_number() over (partition by shipment_key, epoch order by sent_at, message_id) as event_id,
        sent_at as occurred_at,
        sent_at as received_at,
        false as is_date_only,
        'system' as lane,
        'message' as kind,
        case
            when read_at is not null then 'Message read'
            when delivered_at is not null then 'Message delivered'
            when failed_at is not null then 'Message failed'
            when accepted_at is not null then 'Message sent'
            else 'Message on its way'
        end
        || ' (' || case channel when 'whatsapp' then 'WhatsApp' when 'sms' then 'SMS' else replace(channel, '_', ' ') end
        || ', ' || replace(template, '_', ' ') || ')' as summary
    from {{ ref('int_messages') }}
),

final as (
    select * from answers
    union all
    select * from entries
    union all
    select * from messages
)

select * from final
