-- Grain: shipment_key, epoch; cases. The stage at as_of and why, by the latest cycle's instructions that are effective:
-- of that cycle or carried over into it, and not superseded.
--   newest: the one given last; in force: the accepted one given last
with cases as (
    select c.shipment_key, c.epoch, c.cycles, c.last_ndr_at, l.shipment_outcome, l.latest_scan_at
    from {{ ref('int_cases') }} as c
    inner join {{ ref('int_lives') }} as l on c.shipment_key = l.shipment_key and c.epoch = l.epoch
),

open_cases as (
    select * from cases where shipment_outcome = 'open'
),

effective as (
    select
        i.*,
        row_number() over (partition by i.shipment_key, i.epoch order by i.given_order desc) as recency,
        case when i.submission = 'submitted' then row_number() over (
            partition by i.shipment_key, i.epoch, i.submission order by i.given_order desc
        ) end as accepted_recency
    from {{ ref('int_instructions') }} as i
    inner join open_cases as c on i.shipment_key = c.shipment_key and i.epoch = c.epoch and i.reached_cycle >= c.cycles
    where i.is_moving and i.outcome <> 'superseded'
),

-- An end of the conflict, by refusal or after a day, starts the newest instruction's day anew.
conflicts as (
    select
        shipment_key,
        epoch,
        least(begun_at + interval '24' hour, coalesce(refused_at, begun_at + interval '24' hour)) as ended_at
    from {{ ref('int_instruction_conflicts') }}
),

unread as (
    select c.shipment_key, c.epoch, count(*) as answers
    from open_cases as c
    inner join {{ ref('int_customer_feedback') }} as f on c.shipment_key = f.shipment_key and c.epoch = f.epoch
    where f.response = 'other' and (c.cycles = 1 or f.responded_at >= c.last_ndr_at)
    group by c.shipment_key, c.epoch
),

compared as (
    select
        c.shipment_key,
        c.epoch,
        coalesce(x.ended_at > {{ as_of() }}, false) as is_conflict,
        coalesce(
            n.action = 'mark_delivered' and n.instructed_at + interval '72' hour > {{ as_of() }}, false
        ) as is_disputed,
        coalesce(
            greatest(f.accepted_at, c.latest_scan_at, {{ ist_midnight('f.requested_on') }}) + interval '72' hour <= {{ as_of() }}
            and f.accepted_at is not null,
            false
        ) as is_courier_silent,
        f.accepted_at is not null as is_in_force,
        n.given_order = f.given_order as is_newest_in_force,
        n.submission,
        greatest(n.instructed_at, x.ended_at) + interval '24' hour <= {{ as_of() }} as is_unsettled,
        u.answers is not null as is_unread
    from open_cases as c
    left join effective as n on c.shipment_key = n.shipment_key and c.epoch = n.epoch and n.recency = 1
    left join effective as f on c.shipment_key = f.shipment_key and c.epoch = f.epoch and f.accepted_recency = 1
    left join conflicts as x on c.shipment_key = x.shipment_key and c.epoch = x.epoch
    left join unread as u on c.shipment_key = u.shipment_key and c.epoch = u.epoch
),

reasoned as (
    select
        shipment_key,
        epoch,
        case
            when is_conflict then 'conflict'
            when is_disputed then 'disputed'
            when is_courier_silent then 'courier_silent'
            when is_in_force and is_newest_in_force then 'accepted'
            when is_in_force and submission = 'failed' then 'newer_rejected'
            when is_in_force and submission = 'unknown' then 'newer_unknown'
            when is_in_force then 'newer_not_sent'
            when submission = 'failed' then 'rejected'
            when submission is not null and is_unsettled then 'unsettled'
            when submission = 'unknown' then 'unknown'
            when submission is not null then 'not_sent'
            when is_unread then 'answer_to_read'
            else 'no_instruction'
        end as stage_reason
    from compared
),

final as (
    select
        shipment_key,
        epoch,
        case
            when stage_reason in ('accepted', 'newer_rejected', 'newer_unknown', 'newer_not_sent') then 'mailed'
            when stage_reason in ('disputed', 'unknown', 'not_sent') then 'processed'
            else 'new'
        end as stage,
        stage_reason
    from reasoned
    union all
    select shipment_key, epoch, 'closed' as stage, shipment_outcome as stage_reason
    from cases
    where shipment_outcome <> 'open'
)

select * from final
