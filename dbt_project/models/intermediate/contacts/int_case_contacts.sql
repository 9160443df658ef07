-- Grain: shipment_key, epoch of a case. When its customer was first reached, what was heard, who works on it.
-- A failure or a contact without a time of day has no minutes and no band; a timed failure without any contact
-- has the band `none`.
with cases as (
    select shipment_key, epoch, first_ndr_at, is_first_ndr_date_only from {{ ref('int_cases') }}
),

first_contacts as (
    select * from {{ ref('int_first_contacts') }}
),

follow_ups as (
    select * from {{ ref('int_follow_ups') }}
),

answers as (
    select shipment_key, epoch, responded_at from {{ ref('int_customer_feedback') }}
),

bands as (
    select * from {{ ref('response_bands') }}
),

first_answers as (
    select shipment_key, epoch, min(responded_at) as first_answer_at
    from answers
    group by shipment_key, epoch
),

templates as (
    select
        m.shipment_key,
        m.epoch,
        max(case when a.responded_at <= m.delivered_at + interval '24' hour then 1 else 0 end) = 1 as is_answered
    from {{ ref('int_messages') }} as m
    inner join cases as c on m.shipment_key = c.shipment_key and m.epoch = c.epoch and m.delivered_at >= c.first_ndr_at
    left join answers as a
        on m.shipment_key = a.shipment_key and m.epoch = a.epoch and m.delivered_at <= a.responded_at
    group by m.shipment_key, m.epoch
),

final as (
    select
        c.shipment_key,
        c.epoch,
        f.first_contact_at,
        f.response_minutes,
        b.response_band,
        a.first_answer_at,
        a.first_answer_at is not null as has_customer_feedback,
        o.allocated_at is not null as has_ops_feedback,
        coalesce(o.follow_ups, 0) as follow_ups,
        coalesce(o.cycle_follow_ups, 0) as cycle_follow_ups,
        o.allocated_to,
        o.allocated_at,
        t.shipment_key is not null as has_delivered_template,
        coalesce(t.is_answered, false) as is_template_answered
    from cases as c
    left join first_contacts as f on c.shipment_key = f.shipment_key and c.epoch = f.epoch
    left join follow_ups as o on c.shipment_key = o.shipment_key and c.epoch = o.epoch
    left join first_answers as a on c.shipment_key = a.shipment_key and c.epoch = a.epoch
    left join templates as t on c.shipment_key = t.shipment_key and c.epoch = t.epoch
    left join bands as b
        on
            (f.response_minutes > b.over_minutes and f.response_minutes <= coalesce(b.upto_minutes, f.response_minutes))
            or (b.response_band = 'none' and f.first_contact_at is null and not c.is_first_ndr_date_only)
)

select * from final
