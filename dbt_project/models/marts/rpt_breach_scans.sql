{{ config(materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail') }}
-- Grain: breached instruction, scan. What the courier itself told around the breach, from two days before the parcel was
-- asked for until a day after the return had started. Texts that a courier wrote may name people and are left out.
with breaches as (
    select
        b.instruction_id, b.shipment_key, b.epoch,
        b.instructed_at - interval '48' hour as begins_at,
        b.return_started_at + interval '24' hour as ends_at
    from {{ ref('rpt_sla_breaches') }} as b
    where {{ only_rejudged() }}
),

words as (
    select
        s.status, s.status_rank, r.reason_bucket,
        s.label || case when s.status = 'failed_delivery' then ': ' || r.label else '' end as summary
    from {{ ref('statuses') }} as s
    cross join {{ ref('reasons') }} as r
),

told as (
    select
        b.instruction_id, s.shipment_key, s.epoch, s.seq, s.scanned_at, s.is_date_only, s.known_at, s.native_code,
        s.native_reason, w.status, w.summary, s.leg, s.attempt_number
    from breaches as b
    inner join {{ ref('int_scans') }} as s
        on
            b.shipment_key = s.shipment_key and b.epoch = s.epoch
            and b.begins_at <= s.scanned_at and b.ends_at >= s.scanned_at
    inner join words as w on s.status_rank = w.status_rank and s.reason_bucket = w.reason_bucket
),

codes as (
    select distinct code_id, native_code, native_reason from {{ ref('stg_code_map') }}
),

-- A scan that was told twice has one place; where the copies differ, the one that comes first in the alphabet.
places as (
    select r.shipment_key, r.scanned_at, c.native_code, c.native_reason, min(r.location) as location
    from {{ ref('stg_scans') }} as r
    inner join codes as c on r.code_id = c.code_id
    where r.location is not null and r.shipment_key in (select shipment_key from breaches)
    group by r.shipment_key, r.scanned_at, c.native_code, c.native_reason
),

final as (
    select
        t.instruction_id,
        t.seq as scan_number,
        t.scanned_at,
        t.is_date_only,
        t.known_at as received_at,
        t.native_code,
        t.native_reason as native_reason_code,
        t.status,
        t.summary,
        p.location,
        t.leg,
        t.attempt_number as courier_attempt_number,
        t.shipment_key
    from told as t
    left join places as p
        on
            t.shipment_key = p.shipment_key and t.scanned_at = p.scanned_at and t.native_code = p.native_code
            and coalesce(t.native_reason, '') = coalesce(p.native_reason, '')
)

select * from final
