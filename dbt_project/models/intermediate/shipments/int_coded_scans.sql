{{ config(materialized='ephemeral') }}
-- Grain: one scan of an eventful shipment as it was received by as_of, copies included, with its life and the
-- meaning of its codes; narrow, the words are joined at the end, and a pincode that is no number is none. Scans of a
-- return that travels under an AWB of its own are its parent's too, as scans of the return leg.
with lives as (
    select
        shipment_key,
        epoch,
        begun_at,
        ended_at,
        try_cast(origin_pincode as int) as origin_pincode,
        coalesce(pincode = origin_pincode, false) as is_origin_at_consignee
    from {{ ref('int_shipments') }}
    where {{ only_touched('shipment_key') }}
),

meanings as (
    select * from {{ ref('stg_code_map') }}
),

returns as (
    select distinct shipment_key, parent_key from {{ source('raw', 'shipments') }}
    where parent_key is not null and manifested_at <= {{ as_of() }}
),

-- Joined to raw directly, so that the lives are the small side of the join.
own as (
    select
        s.shipment_key, s.code_id, s.scanned_at, s.is_date_only, s.known_at, s.attempt_number, s.pincode, s.leg,
        l.epoch, l.origin_pincode, l.is_origin_at_consignee
    from {{ source('raw', 'scans') }} as s
    inner join lives as l
        on s.shipment_key = l.shipment_key and s.scanned_at >= l.begun_at and s.scanned_at < l.ended_at
    where s.known_at <= {{ as_of() }}
),

scans as (
    select o.* replace (case when r.shipment_key is not null then 'return' else o.leg end as leg)
    from own as o
    left join returns as r on o.shipment_key = r.shipment_key
    union all
    select
        l.shipment_key, s.code_id, s.scanned_at, s.is_date_only, s.known_at, s.attempt_number, s.pincode,
        'return' as leg, l.epoch, l.origin_pincode, l.is_origin_at_consignee
    from {{ source('raw', 'scans') }} as s
    inner join returns as r on s.shipment_key = r.shipment_key
    inner join lives as l
        on r.parent_key = l.shipment_key and s.scanned_at >= l.begun_at and s.scanned_at < l.ended_at
    where s.known_at <= {{ as_of() }}
),

-- A text that plainly says a reason; read only where the courier has such texts.
told as (
    select s.shipment_key, s.code_id, s.scanned_at, min(t.reason_bucket) as told_reason
    from {{ source('raw', 'scans') }} as s
    inner join meanings as m
        on s.code_id = m.code_id and s.scanned_at >= m.valid_from and s.scanned_at < m.valid_to
    inner join {{ ref('stg_reason_texts') }} as t
        on coalesce(m.via, m.courier) = t.courier and lower(trim(coalesce(s.reason_text, s.remark))) = t.text
    where
        m.status_rank = {{ rank_of('failed_delivery') }}
        and s.known_at <= {{ as_of() }}
        and s.code_id in (
            select c.code_id from {{ ref('stg_code_map') }} as c
            inner join {{ ref('stg_reason_texts') }} as w on coalesce(c.via, c.courier) = w.courier
            where c.status_rank = {{ rank_of('failed_delivery') }}
        )
        and {{ only_touched('s.shipment_key') }}
    group by s.shipment_key, s.code_id, s.scanned_at
),

final as (
    select
        s.shipment_key,
        s.epoch,
        s.scanned_at,
        s.is_date_only,
        s.known_at,
        m.meaning_id,
        m.native_rank,
        m.status_rank,
        m.native_reason is not null as has_reason,
        t.told_reason,
        case s.leg when 'return' then true when 'forward' then false end as says_return,
        s.attempt_number,
        try_cast(s.pincode as int) as pincode,
        s.origin_pincode,
        s.is_origin_at_consignee
    from scans as s
    inner join meanings as m
        on s.code_id = m.code_id and s.scanned_at >= m.valid_from and s.scanned_at < m.valid_to
    left join told as t
        on s.shipment_key = t.shipment_key and s.code_id = t.code_id and s.scanned_at = t.scanned_at
)

select * from final
