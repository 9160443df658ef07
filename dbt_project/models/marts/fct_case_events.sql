{{ config(materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail') }}
-- Grain: case, event. All that happened to a case in four lanes, in words of ours: nothing that a person or a
-- courier wrote. event_id is the lane's letter and a number that follows the lane's order.
with cases as (
    select s.shipment_key, s.epoch, s.shipment_id as case_id
    from {{ ref('int_shipments') }} as s
    inner join {{ ref('int_cases') }} as c on s.shipment_key = c.shipment_key and s.epoch = c.epoch
),

reasons as (
    select reason_bucket, label, reason_bucket <> 'unmapped' as is_known from {{ ref('reasons') }}
),

statuses as (
    select status, status_rank, label, status in ('failed_delivery', 'held', 'delayed', 'rto_failed') as is_reason_told
    from {{ ref('statuses') }}
),

scan_words as (
    select
        s.status,
        s.status_rank,
        r.reason_bucket,
        case
            when s.is_reason_told and r.is_known then s.label || ': ' || r.label
            else s.label
        end as summary
    from statuses as s
    cross join reasons as r
),

told as (
    select * from {{ ref('int_people_events') }}
    union all
    select * from {{ ref('int_action_events') }}
),

courier_events as (
    select
        e.shipment_key,
        e.epoch,
        's' || e.seq as event_id,
        e.scanned_at as occurred_at,
        e.known_at as received_at,
        e.is_date_only,
        'courier' as lane,
        w.status as kind,
        w.summary,
        e.reason_bucket,
        e.leg,
        e.attempt_number as courier_attempt_number
    from {{ ref('int_scans') }} as e
    inner join scan_words as w on e.status_rank = w.status_rank and e.reason_bucket = w.reason_bucket
),

events as (
    select * from courier_events
    union all
    select
        shipment_key, epoch, event_id, occurred_at, received_at, is_date_only, lane, kind, summary,
        cast(null as string) as reason_bucket,
        cast(null as string) as leg,
        cast(null as int) as courier_attempt_number
    from told
),

final as (
    select
        c.case_id,
        e.event_id,
        e.occurred_at,
        e.received_at,
        case when not e.is_date_only then {{ minutes_between('e.occurred_at', 'e.received_at') }} end as learnt_after_minutes,
        e.is_date_only,
        e.lane,
        e.kind,
        e.summary,
        e.reason_bucket,
        e.leg,
        e.courier_attempt_number,
        e.shipment_key,
        e.epoch
    from events as e
    inner join cases as c on e.shipment_key = c.shipment_key and e.epoch = c.epoch
)

select * from final
