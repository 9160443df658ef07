{{ config(materialized='ephemeral') }}
-- Grain: one scan of an eventful shipment as it was received by as_of, copies included, with its life and the
-- meaning of its codes. Scans of a return that travels under an AWB of its own are its parent's too, as scans
-- of the return leg.
with shipments as (
    select shipment_key, epoch, begun_at, ended_at
    from {{ ref('int_shipments') }}
    where {{ only_touched('shipment_key') }}
),

keys as (
    select distinct shipment_key from shipments
),

returns as (
    select distinct shipment_key, parent_key from {{ source('raw', 'shipments') }}
    where parent_key is not null and manifested_at <= {{ as_of() }}
),

own_scans as (
    select
        s.shipment_key, s.code_id, s.scanned_at, s.is_date_only, s.known_at, s.attempt_number,
        case when r.shipment_key is not null then 'return' else s.leg end as leg,
        s.pincode, coalesce(s.reason_text, s.remark) as said
    from {{ source('raw', 'scans') }} as s
    inner join keys as k on s.shipment_key = k.shipment_key
    left join returns as r on s.shipment_key = r.shipment_key
    where s.known_at <= {{ as_of() }}
),

return_scans as (
    select
        r.parent_key as shipment_key, s.code_id, s.scanned_at, s.is_date_only, s.known_at, s.attempt_number,
        'return' as leg, s.pincode, coalesce(s.reason_text, s.remark) as said
    from {{ source('raw', 'scans') }} as s
    inner join returns as r on s.shipment_key = r.shipment_key
    inner join keys as k on r.parent_key = k.shipment_key
    where s.known_at <= {{ as_of() }}
),

scans as (
    select * from own_scans
    union all
    select * from return_scans
),

final as (
    select
        s.shipment_key,
        l.epoch,
        c.native_rank,
        s.scanned_at,
        s.is_date_only,
        s.known_at,
        c.status,
        c.status_rank,
        s.leg,
        coalesce(t.reason_bucket, c.reason_bucket) as reason_bucket,
        case when t.reason_bucket is not null then coalesce(c.native_reason, s.said) else c.native_reason end as native_reason,
        c.native_code,
        s.attempt_number,
        s.pincode
    from scans as s
    inner join {{ ref('stg_code_map') }} as c
        on s.code_id = c.code_id and s.scanned_at >= c.valid_from and s.scanned_at < c.valid_to
    inner join shipments as l
        on s.shipment_key = l.shipment_key and s.scanned_at >= l.begun_at and s.scanned_at < l.ended_at
    left join {{ ref('stg_reason_texts') }} as t
        on
            c.status_rank = {{ rank_of('failed_delivery') }}
            and coalesce(c.via, c.courier) = t.courier
            and lower(trim(s.said)) = t.text
)

select * from final
