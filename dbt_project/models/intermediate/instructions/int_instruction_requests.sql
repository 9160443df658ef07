-- Grain: shipment_key, given_order. What customers and agents asked of a courier: a customer's
-- refuse is an rto, already_delivered a mark_delivered, update_details a reattempt (unless a live one carries the
-- details, which int_instructions_standing decides); `other` is an answer to read. Notes and calls ask nothing, and what
-- was taken back was never asked.
with answers as (
    select
        shipment_key, epoch,
        'customer' as source,
        case response when 'refuse' then 'rto' when 'already_delivered' then 'mark_delivered' else 'reattempt' end as action,
        responded_at as instructed_at,
        requested_on,
        {{ time_window('window_start', 'window_end') }} as time_window,
        response as customer_response,
        known_at,
        answer_number as line_number
    from {{ ref('int_customer_feedback') }}
    where response in ('reattempt', 'refuse', 'already_delivered', 'update_details')
),

entries as (
    select
        shipment_key, epoch,
        'operations' as source,
        entry as action,
        acted_at as instructed_at,
        requested_on,
        {{ time_window('window_start', 'window_end') }} as time_window,
        cast(null as string) as customer_response,
        known_at,
        entry_number as line_number
    from {{ ref('int_ops_feedback') }}
    where entry in ('reattempt', 'rto', 'mark_delivered', 'hold', 'fake_attempt') and undone_at is null
),

asked as (
    select *, {{ given_order('instructed_at', 'source', 'action') }} as given_order from answers
    union all
    select *, {{ given_order('instructed_at', 'source', 'action') }} as given_order from entries
),

-- The same thing asked twice at one instant is one instruction: plain words before details, the last learnt first.
ranked as (
    select
        *,
        row_number() over (
            partition by shipment_key, given_order
            order by
                case when customer_response = 'update_details' then 1 else 0 end,
                known_at desc, requested_on desc nulls last, line_number desc
        ) as place
    from asked
),

final as (
    select
        shipment_key, epoch, given_order, source, action, instructed_at, requested_on, time_window, customer_response,
        line_number
    from ranked
    where place = 1
)

select * from final
