-- Grain: open case. What to do next and in which order; priority 1 is first. Deadline first (passed, within 4 hours,
-- later today, later), then cash on delivery of high value, then the value at stake: order value times the chance of
-- recovery that the playbook gives the latest failure's reason. A case that waits for an accepted reattempt is due
-- when the day that was asked for is over.
with cases as (
    select * from {{ ref('fct_ndr_cases') }}
    where shipment_outcome = 'open'
),

plans as (
    select * from {{ ref('int_case_plans') }}
),

stage_actions as (
    select * from {{ ref('stage_actions') }}
),

awaited as (
    select case_id, max(requested_on) as awaited_on
    from {{ ref('fct_instructions') }}
    where action = 'reattempt' and submission = 'submitted' and outcome = 'pending'
    group by case_id
),

planned as (
    select
        c.*,
        p.latest_reason_bucket,
        p.script,
        p.channel,
        p.hold_hours,
        p.default_action,
        p.recovery_chance,
        coalesce(a.suggested_action, p.suggested_action) as suggested_action,
        coalesce(a.advice, p.advice) as advice,
        coalesce({{ ist_midnight('w.awaited_on') }} + interval '24' hour, p.decide_by_at) as deadline_at,
        coalesce(c.payment_mode = 'COD' and c.order_value > p.high_value_cod, false) as is_high_value_cod,
        cast(c.order_value as double) * p.recovery_chance as value_at_stake
    from cases as c
    inner join plans as p on c.shipment_key = p.shipment_key and c.epoch = p.epoch
    left join stage_actions as a on c.stage = a.stage and c.stage_reason = a.stage_reason
    left join awaited as w on c.case_id = w.case_id
),

timed as (
    select
        *,
        {{ minutes_between(as_of(), 'deadline_at') }} as minutes_left,
        deadline_at <= {{ ist_midnight(ist_date(as_of())) }} + interval '24' hour as is_due_today
    from planned
),

final as (
    select
        case_id, shipment_key, epoch, courier, awb, order_id, payment_mode, order_value, pincode, city, state,
        first_ndr_at, last_ndr_at, reason_bucket, latest_reason_bucket, attempts, cycles, stage, stage_reason,
        tracking_status, first_contact_at, has_customer_feedback, has_ops_feedback, follow_ups, cycle_follow_ups,
        allocated_to, allocated_at, deadline_at, script, channel, hold_hours, default_action, recovery_chance,
        suggested_action, advice, is_high_value_cod, value_at_stake,
        case
            when minutes_left <= 0 then 'overdue'
            when minutes_left <= 240 then 'within_4h'
            when is_due_today then 'today'
            else 'later'
        end as urgency,
        cast(row_number() over (
            order by
                case when minutes_left <= 0 then 1 when minutes_left <= 240 then 2 when is_due_today then 3 else 4 end asc,
                is_high_value_cod desc,
                value_at_stake desc nulls last,
                deadline_at asc,
                case_id asc
        ) as int) as priority,
        case
            when minutes_left <= 0 then 'Overdue by ' || {{ hours_words('-minutes_left') }}
            else 'Due in ' || {{ hours_words('minutes_left') }}
        end
        || case when is_high_value_cod then '; COD of high value' else '' end
        || coalesce(
            '; ' || {{ rupees('value_at_stake') }} || ' at stake: ' || cast(cast(round(recovery_chance * 100) as int) as string)
            || '% chance of ' || {{ rupees('order_value') }},
            '; order value not known'
        ) as priority_reason
    from timed
)

select * from final
