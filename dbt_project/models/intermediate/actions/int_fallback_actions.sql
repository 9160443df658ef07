-- Grain: shipment_key, epoch; open cases for which nobody has decided. What goes out without a decision, once in a
-- cycle, from `instructed_at` on: the playbook's deadline, or the end of the hold where that is later, or when the last
-- decision of a person was refused. It may lie ahead of as_of. Nothing where an answer is to be read, or where something
-- else than an attempt was wanted and refused: a person decides there.
with cases as (
    select * from {{ ref('int_action_cases') }}
),

effective as (
    select i.*, c.cycles
    from {{ ref('int_instructions') }} as i
    inner join cases as c on i.shipment_key = c.shipment_key and i.epoch = c.epoch
    where i.is_moving or i.action = 'hold'
),

-- A default that another tool has and has not sent keeps nobody from ours.
instructed as (
    select
        shipment_key,
        epoch,
        bool_or(
            case
                when source in ('default', 'rule') and submission = 'pending' then false
                when source in ('default', 'rule') and cycle_number = cycles then true
                else submission <> 'failed' and outcome <> 'superseded' and reached_cycle >= cycles
            end
        ) as is_decided,
        bool_or(source = 'rule' and action = 'reattempt' and submission = 'submitted') as had_last_attempt
    from effective
    group by shipment_key, epoch
),

refusals as (
    select
        shipment_key, epoch, action, submission_reason, answered_at,
        row_number() over (partition by shipment_key, epoch order by given_order desc) as recency
    from effective
    where submission = 'failed' and reached_cycle >= cycles and source in ('customer', 'operations')
),

unread as (
    select c.shipment_key, c.epoch, count(*) as answers
    from cases as c
    inner join {{ ref('int_customer_feedback') }} as f on c.shipment_key = f.shipment_key and c.epoch = f.epoch
    where f.response = 'other' and (c.cycles = 1 or f.responded_at >= c.last_ndr_at)
    group by c.shipment_key, c.epoch
),

due as (
    select
        c.shipment_key,
        c.epoch,
        c.cycles,
        c.is_exhausted,
        p.default_action,
        p.hold_hours > 0 and p.hold_until_at >= p.decide_by_at as is_release,
        coalesce(i.had_last_attempt, false) as had_last_attempt,
        greatest(p.decide_by_at, p.hold_until_at, coalesce(r.answered_at, p.decide_by_at)) as instructed_at
    from cases as c
    inner join {{ ref('int_case_plans') }} as p on c.shipment_key = p.shipment_key and c.epoch = p.epoch
    left join instructed as i on c.shipment_key = i.shipment_key and c.epoch = i.epoch
    left join refusals as r on c.shipment_key = r.shipment_key and c.epoch = r.epoch and r.recency = 1
    left join unread as u on c.shipment_key = u.shipment_key and c.epoch = u.epoch
    where
        not coalesce(i.is_decided, false)
        and u.answers is null
        and c.stage_reason <> 'disputed'
        and coalesce(r.action, 'reattempt') = 'reattempt'
        and coalesce(r.submission_reason, '') not in ('already_delivered', 'already_rto', 'attempts_exhausted')
),

-- What is learnt after the deadline changes no decision that was due then.
contacted as (
    select d.shipment_key, d.epoch, count(*) filter (where not t.is_answered) as unanswered, bool_or(t.is_answered) as is_answered
    from due as d
    inner join {{ ref('int_cycle_contacts') }} as t
        on d.shipment_key = t.shipment_key and d.epoch = t.epoch and d.instructed_at >= t.contacted_at
    group by d.shipment_key, d.epoch
),

ruled as (
    select
        d.*,
        coalesce(n.unanswered >= 2 and not n.is_answered, false) as is_unanswered,
        case
            when d.default_action = 'rto' then 'voluntary_return'
            when d.default_action <> 'reattempt' then null
            when n.unanswered >= 2 and not n.is_answered
                then case when d.is_exhausted or d.had_last_attempt then 'voluntary_return' else 'last_attempt' end
            when d.is_exhausted then null
            when d.is_release then 'hold_release'
            else 'default_reattempt'
        end as rule
    from due as d
    left join contacted as n on d.shipment_key = n.shipment_key and d.epoch = n.epoch
),

final as (
    select
        shipment_key,
        epoch,
        case when is_unanswered and default_action = 'reattempt' then 'rule' else 'default' end as source,
        case when rule = 'voluntary_return' then 'rto' else 'reattempt' end as action,
        rule,
        instructed_at,
        cycles as cycle_number,
        {{ day_to_date(ist_day_number('instructed_at') ~ ' + 1') }} as until_on,
        -- The evening in which most people are at home.
        case when rule = 'hold_release' then '17:00' end as window_start,
        case when rule = 'hold_release' then '20:00' end as window_end
    from ruled
    where rule is not null
)

select * from final
