-- Grain: shipment_key, epoch, event_id. What was sent to couriers, and their answers, as events in plain words.
-- Every answer is shown, also one that a later answer took back.
with actions as (
    select
        *,
        -- An answer without a word is an unclear one; one without a time came with the sending.
        case when responded_at is not null or result is not null then coalesce(result, 'unknown') end as answer,
        coalesce(responded_at, submitted_at, instructed_at) as answered_at
    from {{ ref('stg_action_versions') }}
),

shipments as (
    select shipment_key, epoch, begun_at, ended_at from {{ ref('int_shipments') }}
),

words as (
    select * from {{ ref('event_words') }}
),

sent as (
    select
        shipment_key,
        action_id,
        action,
        instructed_at,
        min(submitted_at) as occurred_at,
        min(greatest(submitted_at, coalesce(received_at, submitted_at))) as received_at,
        'system' as lane,
        'action_sent' as kind
    from actions
    where submitted_at <= {{ as_of() }}
    group by shipment_key, action_id, action, instructed_at
),

answered as (
    select
        shipment_key,
        action_id,
        action,
        instructed_at,
        answered_at as occurred_at,
        min(greatest(answered_at, coalesce(received_at, answered_at))) as received_at,
        'courier' as lane,
        'action_' || answer as kind,
        answer
    from actions
    where answer is not null and answered_at <= {{ as_of() }}
    group by shipment_key, action_id, action, instructed_at, answered_at, answer
),

events as (
    select *, cast(null as string) as answer from sent
    union all
    select * from answered
),

final as (
    select
        s.shipment_key,
        s.epoch,
        'a' || row_number() over (
            partition by s.shipment_key, s.epoch order by e.occurred_at, e.action_id, e.kind, e.action, e.instructed_at
        ) as event_id,
        e.occurred_at,
        e.received_at,
        false as is_date_only,
        e.lane,
        e.kind,
        coalesce(r.label, 'Sent to the courier:') || ' ' || a.label as summary
    from events as e
    inner join shipments as s
        on e.shipment_key = s.shipment_key and e.instructed_at >= s.begun_at and e.instructed_at < s.ended_at
    inner join words as a on a.subject = 'action' and e.action = a.word
    left join words as r on r.subject = 'action_result' and e.answer = r.word
)

select * from final
