{{ config(materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail') }}
-- Grain: shipment life, attempt. The plain parcels' single attempt comes straight from the profile of their scans.
with eventful as (
    select
        a.shipment_key, s.courier, s.awb, a.epoch, a.attempt_number, a.opened_at, a.closed_at, a.result,
        a.reason_bucket, a.restated_reason, a.is_without_ofd, a.sightings
    from {{ ref('int_attempts') }} as a
    inner join {{ ref('int_shipments') }} as s on a.shipment_key = s.shipment_key and a.epoch = s.epoch
),

plain as (
    select
        p.shipment_key,
        k.courier,
        k.awb,
        0 as epoch,
        1 as attempt_number,
        coalesce(p.first_ofd_at, p.delivered_at) as opened_at,
        p.delivered_at as closed_at,
        case when p.delivered_at is null then 'open' else 'delivered' end as result,
        cast(null as varchar) as reason_bucket,
        cast(null as varchar) as restated_reason,
        p.first_ofd_at is null as is_without_ofd,
        case when p.delivered_at is null then 0 else 1 end as sightings
    from {{ ref('int_scan_profile') }} as p
    inner join {{ ref('stg_shipment_keys') }} as k on p.shipment_key = k.shipment_key
    where
        (p.first_ofd_at is not null or p.delivered_at is not null)
        and p.shipment_key not in (select shipment_key from {{ ref('int_eventful_shipments') }})
),

final as (
    select * from eventful
    union all
    select * from plain
)

select * from final
