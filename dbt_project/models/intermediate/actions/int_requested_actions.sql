-- Grain: shipment_key, given_order. What customers and agents want of couriers in the latest cycle of open cases, and
-- nobody has sent, or of which is not known what became: of what moves or holds the parcel the newest alone, of new
-- details and of claims the newest too. A contradiction shows both sides. A dispute (mark_delivered) is nothing that a
-- courier takes.
with instructions as (
    select
        i.*,
        c.stage_reason = 'conflict' as is_conflict,
        case when i.action in ('update_details', 'fake_attempt') then i.action else 'visit' end as kind
    from {{ ref('int_instructions') }} as i
    inner join {{ ref('int_action_cases') }} as c
        on i.shipment_key = c.shipment_key and i.epoch = c.epoch and i.reached_cycle >= c.cycles
    where i.source in ('customer', 'operations') and i.submission <> 'failed' and i.outcome <> 'superseded'
),

ranked as (
    select
        *,
        row_number() over (partition by shipment_key, epoch, kind order by given_order desc) as recency,
        row_number() over (partition by shipment_key, epoch, action order by given_order desc) as action_recency
    from instructions
),

requests as (
    select r.*, e.extra
    from {{ ref('int_instruction_requests') }} as r
    left join {{ ref('int_ops_feedback') }} as e
        on
            r.shipment_key = e.shipment_key and r.epoch = e.epoch and r.line_number = e.entry_number
            and r.source = 'operations'
),

final as (
    select
        i.shipment_key,
        i.epoch,
        i.given_order,
        i.source,
        i.action,
        i.source as rule,
        i.instructed_at,
        i.cycle_number,
        case
            -- A hold ends at 00:00 IST of its day, or after 18 hours.
            when i.action = 'hold'
                then coalesce(
                    i.requested_on, {{ day_to_date(ist_day_number("i.instructed_at + interval '18' hour") ~ ' + 1') }}
                )
            when i.action = 'update_details'
                then greatest(
                    coalesce(v.requested_on, {{ ist_date('i.instructed_at') }}),
                    {{ day_to_date(ist_day_number('i.instructed_at') ~ ' + 1') }}
                )
            else i.requested_on
        end as requested_on,
        q.requested_on is not null as is_day_asked,
        coalesce(v.window_start, i.window_start) as window_start,
        coalesce(v.window_end, i.window_end) as window_end,
        q.line_number,
        i.submission = 'unknown' as is_unclear,
        {{ json_text('q.extra', 'proof') }} as proof,
        i.instructed_at + case
            when i.source = 'customer' then 0
            else coalesce(try_cast({{ json_text('q.extra', 'undo_seconds') }} as int), {{ undo_seconds() }})
        end * interval '1' second as may_go_at
    from ranked as i
    -- The attempt with which details can go.
    left join ranked as v
        on
            i.shipment_key = v.shipment_key and i.epoch = v.epoch and i.action = 'update_details'
            and v.action = 'reattempt' and v.action_recency = 1
    left join requests as q on i.shipment_key = q.shipment_key and i.given_order = q.given_order
    where
        i.submission in ('pending', 'unknown') and i.action <> 'mark_delivered'
        and (i.recency = 1 or (i.is_conflict and i.is_moving))
)

select * from final
