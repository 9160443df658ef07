{{ config(materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail') }}
-- Grain: one life of one AWB. The plain parcels' outcome comes straight from the profile of their scans: they
-- have one manifest line at most, and a delivery or nothing.
{% set attributes -%}
order_id, manifested_at, payment_mode, order_value, brand, product_category, pincode, city, state, promised_on, parent_awb
{%- endset -%}
with eventful as (
    select
        s.shipment_key, s.courier, s.awb, s.epoch, s.via, {{ attributes }},
        l.first_ofd_at, l.first_ndr_at, l.shipment_outcome, l.closed_at, l.delivered_at, l.is_rto_reversed,
        l.is_delivery_reversed, l.latest_status as tracking_status, l.latest_scan_at as last_scan_at
    from {{ ref('int_shipments') }} as s
    inner join {{ ref('int_lives') }} as l on s.shipment_key = l.shipment_key and s.epoch = l.epoch
),

profile as (
    select
        p.shipment_key, p.first_ofd_at, p.delivered_at, t.status as tracking_status, p.last_scan_at, v.via
    from {{ ref('int_scan_profile') }} as p
    left join {{ ref('statuses') }} as t on p.latest_status_rank = t.status_rank
    left join (
        select distinct via_rank, via from {{ ref('stg_code_map') }} where via_rank is not null
    ) as v on p.via_rank = v.via_rank
    where p.shipment_key not in (select shipment_key from {{ ref('int_eventful_shipments') }})
),

manifests as (
    select shipment_key, via, {{ attributes }}
    from {{ ref('stg_manifests') }}
    where shipment_key not in (select shipment_key from {{ ref('int_eventful_shipments') }})
),

-- Nearly all parcels have a manifest and scans; the registry of keys holds those that have only one of them too.
plain as (
    select
        k.shipment_key, k.courier, k.awb, 0 as epoch, coalesce(m.via, p.via) as via, {{ attributes }},
        p.first_ofd_at,
        {{ null_instant() }} as first_ndr_at,
        case when p.delivered_at is null then 'open' else 'delivered' end as shipment_outcome,
        p.delivered_at as closed_at,
        p.delivered_at,
        false as is_rto_reversed,
        false as is_delivery_reversed,
        p.tracking_status,
        p.last_scan_at
    from {{ ref('stg_shipment_keys') }} as k
    left join manifests as m on k.shipment_key = m.shipment_key
    left join profile as p on k.shipment_key = p.shipment_key
    where m.shipment_key is not null or p.shipment_key is not null
),

lives as (
    select * from eventful
    union all
    select * from plain
),

final as (
    select
        shipment_key,
        courier || ':' || awb || ':' || epoch as shipment_id,
        courier,
        awb,
        epoch,
        via,
        {{ attributes }},
        first_ofd_at,
        first_ndr_at,
        shipment_outcome,
        closed_at,
        delivered_at,
        is_rto_reversed,
        is_delivery_reversed,
        tracking_status,
        last_scan_at
    from lives
)

select * from final
