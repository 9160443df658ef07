-- Grain: shipment_key, epoch, cycle_number. Visits that followed a failure and were carried out, with whether the
-- customer had confirmed them: an affirmative answer given before the visit began, that the courier accepted before
-- it ended, of its cycle or carried over into it, and not superseded.
with cycles as (
    select * from {{ ref('int_cycles') }}
    where result in ('failed_again', 'delivered')
),

attempts as (
    select * from {{ ref('int_attempts') }}
    where result in ('failed', 'delivered') and coalesce(reason_bucket, '') <> 'not_attempted'
),

reasons as (
    select * from {{ ref('reasons') }}
),

instructions as (
    select * from {{ ref('int_instructions') }}
    where
        source = 'customer'
        and action in ('reattempt', 'update_details')
        and submission = 'submitted'
        and outcome <> 'superseded'
),

executed as (
    select
        c.shipment_key,
        c.epoch,
        c.cycle_number,
        c.opened_at as cycle_opened_at,
        c.reason_bucket,
        a.opened_at,
        a.closed_at,
        a.result = 'delivered' as is_delivered
    from cycles as c
    inner join attempts as a
        on
            c.shipment_key = a.shipment_key
            and c.epoch = a.epoch
            and c.closed_at = a.closed_at
            and c.attempt_number < a.attempt_number
),

confirmed as (
    select distinct e.shipment_key, e.epoch, e.cycle_number
    from executed as e
    inner join instructions as i
        on
            e.shipment_key = i.shipment_key
            and e.epoch = i.epoch
            and e.opened_at > i.instructed_at
            and e.closed_at > i.accepted_at
            and (
                e.cycle_number = i.cycle_number
                or (e.cycle_number > i.cycle_number and e.cycle_opened_at < coalesce(i.decided_at, {{ end_of_time() }}))
            )
),

final as (
    select
        e.shipment_key,
        e.epoch,
        e.cycle_number,
        e.closed_at,
        e.is_delivered,
        r.is_recoverable,
        c.shipment_key is not null as is_customer_confirmed
    from executed as e
    inner join reasons as r on e.reason_bucket = r.reason_bucket
    left join confirmed as c
        on e.shipment_key = c.shipment_key and e.epoch = c.epoch and e.cycle_number = c.cycle_number
)

select * from final
