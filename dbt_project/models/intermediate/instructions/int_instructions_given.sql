-- Grain: shipment_key, given_order. What somebody wanted done, with the courier's answer to it. An action of the
-- same source, kind and instant is that instruction's own; actions that none asked for are instructions themselves
-- (history from another tool). given_order follows the order in which a parcel's
-- instructions were given, the last word of those of one instant being the operations'.
with requests as (
    select * from {{ ref('int_instruction_requests') }}
),

answers as (
    select * from {{ ref('int_instruction_answers') }}
),

joined as (
    select
        coalesce(r.shipment_key, a.shipment_key) as shipment_key,
        coalesce(r.epoch, a.epoch) as epoch,
        coalesce(r.given_order, a.given_order) as given_order,
        coalesce(r.source, a.source) as source,
        coalesce(r.action, a.action) as action,
        coalesce(r.instructed_at, a.instructed_at) as instructed_at,
        r.customer_response,
        -- What the accepted action carries wins; what was only sent fills gaps.
        coalesce(a.accepted_requested_on, r.requested_on, a.requested_on) as asked_for_on,
        coalesce(a.accepted_window, r.time_window, a.time_window) as time_window,
        a.shipment_key is not null as has_action,
        case
            when a.accepted_at is not null then 'submitted'
            when a.result = 'rejected' then 'failed'
            when a.sent_at is not null then 'unknown'
            else 'pending'
        end as submission,
        case when a.accepted_at is null then a.result_reason end as submission_reason,
        a.accepted_at,
        a.acceptance_evidence,
        a.sent_at,
        a.answered_at,
        a.result as courier_response
    from requests as r
    full outer join answers as a on r.shipment_key = a.shipment_key and r.given_order = a.given_order
),

dated as (
    select
        *,
        coalesce(
            {{ date_to_day('asked_for_on') }},
            case when action = 'reattempt' then {{ ist_day_number('instructed_at') }} + 1 end
        ) as asked_day,
        {{ window_side('time_window', 'start') }} as window_start,
        {{ window_side('time_window', 'end') }} as window_end
    from joined
),

final as (
    select
        shipment_key,
        epoch,
        given_order,
        source,
        action,
        instructed_at,
        customer_response,
        {{ day_to_date(
            'case when asked_day is not null then greatest(asked_day, coalesce('
            ~ ist_day_number('accepted_at') ~ ', asked_day)) end'
        ) }} as requested_on,
        window_start,
        window_end,
        -- Minutes from 00:00 IST of requested_on; a window that ends before it starts ends on the next day.
        {{ clock_minutes('window_start') }} as from_minute,
        {{ clock_minutes('window_end') }} + case when window_end < window_start then 1440 else 0 end as until_minute,
        coalesce(window_end < window_start, false) as is_overnight,
        action in ('reattempt', 'rto', 'mark_delivered') as is_moving,
        coalesce(customer_response = 'update_details', false) and not has_action as is_details,
        submission,
        submission_reason,
        accepted_at,
        acceptance_evidence,
        sent_at,
        answered_at,
        courier_response
    from dated
)

select * from final
