-- Grain: action_id. What is wanted of couriers and not settled, from the instant on from which it is wanted; a default
-- that was not sent in its time is not wanted any more. Whole in every build, as time alone lets defaults fall due.
with pending as (
    select * from {{ ref('int_pending_actions') }}
    where instructed_at <= {{ as_of() }} and (not is_fallback or expires_at > {{ as_of() }})
),

-- While the courier is out with the parcel it does what a default would ask for.
waiting as (
    select
        *,
        coalesce(
            waits_for, case when is_fallback and out_on = {{ ist_date(as_of()) }} then 'status' end
        ) as waiting_for
    from pending
),

final as (
    select
        action_id, case_id, courier, awb, epoch, booked_with, cycle_number, source, action, instructed_at, requested_on,
        send_on, send_window_start, send_window_end, release_at, expires_at, priority,
        waiting_for as waits_for,
        is_supported,
        case
            when is_carrier_unknown
                then 'The number by which the aggregator knows this carrier is not known to us: ask through its portal'
            when not is_supported and action = 'rto'
                then 'This courier takes no return through its interface: ask through its portal or by mail'
            when not is_supported and action = 'fake_attempt'
                then 'This courier takes no claims through its interface: write to it with the proof'
            when not is_supported and action = 'update_details'
                then 'This courier takes no new details through its interface: call or write to it'
            when not is_supported then 'No interface of this courier is known: ask through its portal or by mail'
            when waiting_for = 'conflict' then 'Customer and operations asked for opposite things: call and decide'
            when waiting_for = 'new_information'
                then 'The attempts are used up: give a day, a phone, an address or a landmark that the courier does not have'
            when waiting_for = 'status' then 'The courier does not take it now: it goes when a scan allows it'
        end as advice,
        nullif(differences, '') as differences,
        is_unclear, latest_scan_at, attempts, rule, case_stage, shipment_key
    from waiting
)

select * from final
