-- Grain: shipment_key, epoch, source, action, instructed_at. What is wanted of couriers, by a person or by default, with
-- what goes along: the action's own words, and every correction since the latest failure or since the courier was last
-- told anything, so that an action which takes the place of another loses none. Personal.
with wanted as (
    select
        shipment_key, epoch, source, action, rule, instructed_at, may_go_at, cycle_number, requested_on,
        case when action in ('reattempt', 'hold') then requested_on end as until_on,
        is_day_asked, window_start, window_end, line_number, is_unclear, proof
    from {{ ref('int_requested_actions') }}
    union all
    select
        shipment_key, epoch, source, action, rule, instructed_at, instructed_at as may_go_at, cycle_number,
        case when action = 'reattempt' then until_on end as requested_on,
        until_on, false as is_day_asked, window_start, window_end, cast(null as bigint) as line_number,
        false as is_unclear, cast(null as string) as proof
    from {{ ref('int_fallback_actions') }}
),

lines as (
    select
        shipment_key, epoch, 'customer' as source, answer_number as line_number, responded_at as told_at, new_phone, new_address,
        new_pincode, landmark, text
    from {{ ref('int_customer_feedback') }}
    union all
    select
        shipment_key, epoch, 'operations' as source, entry_number as line_number, acted_at as told_at, new_phone, new_address,
        new_pincode, cast(null as string) as landmark, remark as text
    from {{ ref('int_ops_feedback') }}
    where undone_at is null
),

informed as (
    select shipment_key, epoch, max(sent_at) as informed_at
    from {{ ref('int_instructions') }}
    where submission = 'submitted' and action in ('reattempt', 'hold', 'update_details')
    group by shipment_key, epoch
),

ordered as (
    select
        l.*,
        row_number() over (partition by l.shipment_key, l.epoch order by l.told_at, l.source, l.line_number) as place
    from lines as l
    inner join {{ ref('int_action_cases') }} as c on l.shipment_key = c.shipment_key and l.epoch = c.epoch
    left join informed as i on l.shipment_key = i.shipment_key and l.epoch = i.epoch
    where c.cycles = 1 or i.informed_at is null or l.told_at >= least(c.last_ndr_at, i.informed_at)
),

corrections as (
    select
        shipment_key,
        epoch,
        max_by(new_phone, place) filter (where new_phone is not null) as new_phone,
        max_by(new_address, place) filter (where new_address is not null) as new_address,
        max_by(new_pincode, place) filter (where new_pincode is not null) as new_pincode,
        max_by(landmark, place) filter (where landmark is not null) as landmark
    from ordered
    group by shipment_key, epoch
),

final as (
    select
        w.shipment_key,
        w.epoch,
        w.source,
        w.action,
        w.rule,
        w.instructed_at,
        w.may_go_at,
        w.cycle_number,
        w.requested_on,
        w.until_on,
        w.is_day_asked,
        w.is_unclear,
        w.proof,
        w.window_start,
        w.window_end,
        coalesce(t.new_phone, l.new_phone) as new_phone,
        coalesce(t.new_address, l.new_address) as new_address,
        coalesce(t.new_pincode, l.new_pincode) as new_pincode,
        coalesce(t.landmark, l.landmark) as landmark,
        nullif(trim(l.text), '') as text
    from wanted as w
    left join corrections as t on w.shipment_key = t.shipment_key and w.epoch = t.epoch
    left join lines as l
        on
            w.shipment_key = l.shipment_key and w.epoch = l.epoch and w.source = l.source
            and w.line_number = l.line_number
)

select * from final
