{{ config(materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail') }}
-- Grain: case, signal. What makes an attempt worth a question, each signal by its name. None of them is proof: a scan can be
-- missing or late, and a claim can be wrong.
with cases as (
    select s.shipment_key, s.epoch, s.shipment_id as case_id, s.courier
    from {{ ref('int_cases') }} as c
    inner join {{ ref('int_shipments') }} as s on c.shipment_key = s.shipment_key and c.epoch = s.epoch
),

attempts as (
    select
        shipment_key,
        epoch,
        case
            when result = 'unverified' then 'no_result'
            when reason_bucket = 'not_attempted' then 'not_attempted'
            when is_without_ofd then 'no_dispatch'
        end as signal,
        -- Nobody is at home to be called on then, as a rule of ours; a dated failure has no time of day.
        result = 'failed'
        and not coalesce(is_date_only, false)
        and ({{ ist_minute_of_day('closed_at') }} < 6 * 60 or {{ ist_minute_of_day('closed_at') }} >= 22 * 60) as is_at_night
    from {{ ref('int_attempts') }}
    where result in ('failed', 'unverified')
),

signals as (
    select shipment_key, epoch, signal from attempts
    where signal is not null
    union all
    select shipment_key, epoch, 'at_night' as signal from attempts
    where is_at_night
    union all
    select shipment_key, epoch, 'claimed_fake' as signal from {{ ref('int_instructions') }}
    where action = 'fake_attempt'
),

final as (
    select
        c.shipment_key,
        c.case_id,
        c.courier,
        s.signal,
        count(*) as times
    from signals as s
    inner join cases as c on s.shipment_key = c.shipment_key and s.epoch = c.epoch
    group by c.shipment_key, c.case_id, c.courier, s.signal
)

select * from final
