{{ config(materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail') }}
-- Grain: shipment, message. Messages to customers, by their own instants, with the answer they brought: an answer
-- is put down to the last message that its channel accepted before it. Messages for parcels that nothing befell
-- are here too, without a case.
with messages as (
    select * from {{ ref('stg_messages') }}
),

placed as (
    select
        m.shipment_key,
        m.epoch,
        m.message_id,
        m.contacted_at,
        case when c.shipment_key is not null then s.shipment_id end as case_id,
        lead(m.contacted_at) over (
            partition by m.shipment_key, m.epoch order by m.contacted_at nulls last, m.sent_at, m.message_id
        ) as next_contacted_at
    from {{ ref('int_messages') }} as m
    inner join {{ ref('int_shipments') }} as s on m.shipment_key = s.shipment_key and m.epoch = s.epoch
    left join {{ ref('int_cases') }} as c on m.shipment_key = c.shipment_key and m.epoch = c.epoch
),

answers as (
    select shipment_key, epoch, responded_at from {{ ref('int_customer_feedback') }}
),

answered as (
    select m.shipment_key, m.message_id, m.case_id, min(a.responded_at) as answered_at
    from placed as m
    left join answers as a
        on
            m.shipment_key = a.shipment_key
            and m.epoch = a.epoch
            and m.contacted_at <= a.responded_at
            and a.responded_at < coalesce(m.next_contacted_at, {{ end_of_time() }})
    group by m.shipment_key, m.message_id, m.case_id
),

final as (
    select
        m.message_id,
        a.case_id,
        k.courier,
        k.awb,
        m.channel,
        m.template,
        m.sent_at,
        m.accepted_at,
        m.delivered_at,
        m.read_at,
        m.failed_at,
        a.answered_at,
        m.shipment_key
    from messages as m
    inner join {{ ref('stg_shipment_keys') }} as k on m.shipment_key = k.shipment_key
    left join answered as a on m.shipment_key = a.shipment_key and m.message_id = a.message_id
)

select * from final
