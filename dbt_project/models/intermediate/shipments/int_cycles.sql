-- Grain: shipment_key, epoch, cycle_number. Cycle k opens at the k-th failed attempt and closes at the next
-- attempt's result or at the outcome that stands; a return that was turned round closes nothing. A failure is a
-- result also where a delivery heals it later, so that no two cycles are open at once.
with attempts as (
    select * from {{ ref('int_attempts') }}
    where result in ('failed', 'delivered')
),

lives as (
    select shipment_key, epoch, shipment_outcome, closed_at from {{ ref('int_lives') }}
),

followed as (
    select
        *,
        lead(coalesce(failed_at, closed_at)) over (partition by shipment_key, epoch order by attempt_number) as next_closed_at,
        lead(case when failed_at is null then result else 'failed' end) over (
            partition by shipment_key, epoch order by attempt_number
        ) as next_result
    from attempts
),

final as (
    select
        a.shipment_key,
        a.epoch,
        cast(row_number() over (partition by a.shipment_key, a.epoch order by a.attempt_number) as int) as cycle_number,
        a.failed_at as opened_at,
        case
            when a.result = 'delivered' then a.closed_at
            else coalesce(a.next_closed_at, l.closed_at)
        end as closed_at,
        a.reason_bucket,
        a.native_reason_code,
        case
            when a.result = 'delivered' or a.next_result = 'delivered' then 'delivered'
            when a.next_result = 'failed' then 'failed_again'
            when l.shipment_outcome = 'partially_delivered' then 'delivered'
            else l.shipment_outcome
        end as result,
        a.is_date_only,
        a.known_at,
        a.attempt_number
    from followed as a
    inner join lives as l on a.shipment_key = l.shipment_key and a.epoch = l.epoch
    where a.failed_at is not null
)

select * from final
