-- Grain: shipment_key, given_order; accepted reattempts that a return overtook before any visit. What the
-- courier can say for itself, and the rules that were in force at the acceptance.
with instructions as (
    select i.shipment_key, i.epoch, i.given_order, i.instructed_at, i.accepted_at, t.returned_at
    from {{ ref('int_instructions_standing') }} as i
    inner join {{ ref('int_instruction_turns') }} as t
        on i.shipment_key = t.shipment_key and i.given_order = t.given_order
    left join {{ ref('int_instruction_visits') }} as v
        on i.shipment_key = v.shipment_key and i.given_order = v.given_order
    where
        i.action = 'reattempt' and i.accepted_at is not null
        and t.returned_at is not null and (v.visited_at is null or v.visited_at > t.returned_at)
),

-- After the acceptance and up to the return.
scanned as (
    select
        i.shipment_key,
        i.given_order,
        max(s.attempt_number) filter (
            where s.leg = 'forward' and s.scanned_at <= i.accepted_at and s.status_rank <> {{ rank_of('reverse') }}
        ) as courier_attempt_number,
        coalesce(bool_or(
            s.scanned_at > i.accepted_at and s.leg = 'forward' and s.reason_bucket = 'external_factor'
            and s.status_rank in ({{ ranks_of(['failed_delivery', 'held', 'delayed']) }})
        ), false) as is_stopped_from_outside,
        coalesce(bool_or(
            s.scanned_at > i.accepted_at and s.leg = 'forward' and s.status_rank = {{ rank_of('out_for_delivery') }}
        ), false) as is_dispatched
    from instructions as i
    inner join {{ ref('int_scans') }} as s
        on i.shipment_key = s.shipment_key and i.epoch = s.epoch and i.returned_at >= s.scanned_at
    group by i.shipment_key, i.given_order
),

attempted as (
    select i.shipment_key, i.given_order, count(*) as attempts_before
    from instructions as i
    inner join {{ ref('int_attempts') }} as a
        on
            i.shipment_key = a.shipment_key and i.epoch = a.epoch
            -- A dated failure of the very day may have been before the acceptance.
            and (i.accepted_at >= a.closed_at or a.is_date_only and {{ is_same_ist_day('a.closed_at', 'i.accepted_at') }})
    where a.result = 'delivered' or (a.result = 'failed' and a.reason_bucket <> 'not_attempted')
    group by i.shipment_key, i.given_order
),

return_requests as (
    select i.shipment_key, i.given_order, count(*) as rto_requests
    from instructions as i
    inner join {{ ref('int_instructions_standing') }} as r
        on i.shipment_key = r.shipment_key and i.epoch = r.epoch and i.given_order < r.given_order
    where r.action = 'rto' and r.submission <> 'failed' and r.instructed_at <= i.returned_at
    group by i.shipment_key, i.given_order
),

ruled as (
    select
        i.*,
        r.max_attempts,
        r.notice_minutes,
        r.courier as rule_of,
        r.begins_at as rule_begins_at,
        row_number() over (
            partition by i.shipment_key, i.given_order
            order by case when r.courier = '*' then 1 else 0 end, r.known_at desc, r.begins_at desc
        ) as place
    from instructions as i
    inner join {{ ref('int_shipments') }} as s on i.shipment_key = s.shipment_key and i.epoch = s.epoch
    left join {{ ref('stg_sla_rules') }} as r
        on r.courier in (s.courier, '*') and i.accepted_at >= r.begins_at and i.accepted_at < r.ends_at
),

final as (
    select
        r.shipment_key,
        r.given_order,
        r.returned_at,
        coalesce(cast(a.attempts_before as int), 0) as attempts_before,
        s.courier_attempt_number,
        r.max_attempts,
        r.notice_minutes,
        r.rule_of,
        r.rule_begins_at,
        q.rto_requests is not null as is_return_requested,
        coalesce(s.is_stopped_from_outside, false) as is_stopped_from_outside,
        coalesce(s.is_dispatched, false) as is_dispatched,
        r.returned_at < r.accepted_at + r.notice_minutes * interval '1' minute as is_too_late_to_act
    from ruled as r
    left join scanned as s on r.shipment_key = s.shipment_key and r.given_order = s.given_order
    left join attempted as a on r.shipment_key = a.shipment_key and r.given_order = a.given_order
    left join return_requests as q
        on r.shipment_key = q.shipment_key and r.given_order = q.given_order
    where r.place = 1
)

select * from final
