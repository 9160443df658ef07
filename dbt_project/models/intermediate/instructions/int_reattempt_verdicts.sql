-- Grain: shipment_key, given_order; accepted reattempts that nothing outranked. `rule` is the first row of the
-- contract's table that fits (0 to 18); A = accepted_at, D = requested_on, N = the visit, R = the return.
with instructions as (
    select * from {{ ref('int_instructions_standing') }}
    where action = 'reattempt' and submission = 'submitted'
),

lives as (
    select shipment_key, epoch, shipment_outcome, closed_at from {{ ref('int_lives') }}
),

compared as (
    select
        i.*,
        t.ended_as,
        s.superseded_at,
        -- Only a return that no visit came before has a row in the returns; then the visit is none.
        case when r.returned_at is null then v.visited_at end as visited_at,
        case when r.returned_at is null then v.visited_on end as visited_on,
        case when r.returned_at is null then v.result end as result,
        case when r.returned_at is null then v.reason_bucket end as reason_bucket,
        v.minutes_outside_window,
        r.returned_at,
        r.is_return_requested,
        r.attempts_before >= r.max_attempts or coalesce(r.courier_attempt_number >= r.max_attempts, false) as is_exhausted,
        r.is_stopped_from_outside,
        r.is_dispatched,
        r.is_too_late_to_act,
        case when l.closed_at > i.accepted_at then l.shipment_outcome end as later_outcome,
        l.closed_at,
        not {{ is_before_end_of_request(as_of(), 'i.requested_on', 'i.is_overnight', 'i.until_minute') }} as is_overdue
    from instructions as i
    inner join lives as l on i.shipment_key = l.shipment_key and i.epoch = l.epoch
    left join {{ ref('int_instruction_turns') }} as t
        on i.shipment_key = t.shipment_key and i.given_order = t.given_order
    left join {{ ref('int_instruction_rivals') }} as s
        on i.shipment_key = s.shipment_key and i.given_order = s.given_order
    left join {{ ref('int_instruction_returns') }} as r
        on i.shipment_key = r.shipment_key and i.given_order = r.given_order
    left join {{ ref('int_instruction_visits') }} as v
        on i.shipment_key = v.shipment_key and i.given_order = v.given_order
    where not coalesce(s.is_outranked, false)
),

ruled as (
    select
        *,
        case
            when ended_as is not null then 0
            when superseded_at is not null then 1
            when result = 'delivered' and visited_on = requested_on then 2
            when result = 'delivered' then 3
            when visited_on < requested_on then 4
            when visited_on > requested_on then 5
            when reason_bucket in ('not_attempted', 'external_factor') then 6
            when minutes_outside_window > 60 then 7
            when reason_bucket in ('customer_unavailable', 'phone_unreachable') then 8
            when visited_on is not null then 9
            when returned_at is not null and is_return_requested then 10
            when returned_at is not null and is_exhausted then 11
            when returned_at is not null and is_stopped_from_outside then 12
            when returned_at is not null and is_dispatched then 13
            when returned_at is not null and is_too_late_to_act then 14
            when returned_at is not null then 15
            when later_outcome in ('lost', 'damaged', 'disposed', 'cancelled') then 16
            when is_overdue then 17
            else 18
        end as rule
    from compared
),

final as (
    select
        shipment_key,
        given_order,
        rule,
        case rule
            when 0 then 'already_' || ended_as
            when 1 then 'newer_instruction'
            when 2 then 'delivered'
            when 3 then case when visited_on < requested_on then 'delivered_early' else 'delivered_late' end
            when 4 then 'attempted_early'
            when 5 then 'attempted_late'
            when 6 then reason_bucket
            when 7 then 'outside_window'
            when 8 then 'customer_unavailable'
            when 9 then 'attempted'
            when 10 then 'return_requested'
            when 11 then 'attempts_exhausted'
            when 12 then 'external_factor'
            when 13 then 'unverified_attempt'
            when 14 then 'too_late_to_act'
            when 15 then 'direct_rto'
            when 16 then 'shipment_' || later_outcome
            when 17 then 'overdue'
            else 'awaiting_attempt'
        end as outcome_reason,
        case
            when rule = 0 then accepted_at
            when rule = 1 then superseded_at
            when rule <= 9 then visited_at
            when rule <= 15 then returned_at
            when rule = 16 then closed_at
            when rule = 17 then {{ ist_midnight(day_to_date(date_to_day('requested_on') ~ ' + 1')) }}
        end as decided_at
    from ruled
)

select * from final
