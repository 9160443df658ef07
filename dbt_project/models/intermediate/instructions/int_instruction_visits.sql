-- Grain: shipment_key, given_order; accepted reattempts that were followed by a visit. The visit by which the
-- courier is judged: the first attempt that closed after the acceptance with a result, but one already out then
-- only if it closed on the requested date or delivered, and one without a visit or stopped from outside only on it.
with instructions as (
    select * from {{ ref('int_instructions_given') }}
    where action = 'reattempt' and submission = 'submitted'
),

attempts as (
    select * from {{ ref('int_attempts') }}
    where result in ('failed', 'delivered')
),

closed as (
    select
        i.shipment_key,
        i.given_order,
        i.requested_on,
        i.from_minute,
        i.until_minute,
        i.is_overnight,
        a.attempt_number,
        a.closed_at,
        a.result,
        a.reason_bucket,
        coalesce(a.is_date_only, false) and a.result = 'failed' as is_date_only,
        -- A dated failure of the very day may have been before the acceptance.
        a.opened_at <= i.accepted_at
        or coalesce(a.is_date_only and a.is_without_ofd, false)
        and {{ is_same_ist_day('a.closed_at', 'i.accepted_at') }} as is_already_out,
        {{ minutes_between(ist_midnight('i.requested_on'), 'a.closed_at') }} as minute_of_visit
    from instructions as i
    inner join attempts as a
        on i.shipment_key = a.shipment_key and i.epoch = a.epoch and i.accepted_at < a.closed_at
),

placed as (
    select
        *,
        case
            when is_overnight and not is_date_only and minute_of_visit >= 1440 and minute_of_visit <= until_minute
                then requested_on
            else {{ ist_date('closed_at') }}
        end as visited_on
    from closed
),

ranked as (
    select
        *,
        row_number() over (partition by shipment_key, given_order order by closed_at, attempt_number) as place
    from placed
    where
        visited_on = requested_on
        or result = 'delivered'
        or not (is_already_out or reason_bucket in ('not_attempted', 'external_factor'))
),

final as (
    select
        shipment_key,
        given_order,
        attempt_number,
        closed_at as visited_at,
        visited_on,
        result,
        reason_bucket,
        is_date_only,
        -- A date has no minute that could be outside.
        case
            when is_date_only then 0
            else greatest(coalesce(from_minute - minute_of_visit, 0), coalesce(minute_of_visit - until_minute, 0), 0)
        end as minutes_outside_window
    from ranked
    where place = 1
)

select * from final
