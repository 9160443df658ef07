-- Grain: shipment_key, epoch: one life of one AWB, for the eventful parcels that anything was known of by as_of.
-- An event without a manifest still makes a shipment; the order's attributes are filled in when it arrives.
with keys as (
    select shipment_key from {{ ref('int_eventful_shipments') }}
),

manifest_lines as (
    select
        m.shipment_key, m.order_id, m.manifested_at, m.payment_mode, m.order_value, m.brand, m.product_category,
        m.customer_id, m.city, m.state, m.pincode, m.origin_pincode, m.promised_on, m.via, m.parent_awb, m.parent_key,
        m.row_hash
    from {{ ref('stg_manifests') }} as m
    inner join keys as k on m.shipment_key = k.shipment_key
),

epochs as (
    select * from {{ ref('int_epochs') }}
),

lives as (
    select
        k.shipment_key,
        coalesce(e.epoch, 0) as epoch,
        coalesce(e.begun_at, {{ beginning_of_time() }}) as begun_at,
        coalesce(e.ended_at, {{ end_of_time() }}) as ended_at
    from keys as k
    left join epochs as e on k.shipment_key = e.shipment_key
),

-- Of several lines in one life the latest manifest stands, then the greater order_id; the rest breaks ties.
ranked as (
    select
        m.*,
        l.epoch,
        row_number() over (
            partition by m.shipment_key, l.epoch
            order by m.manifested_at desc, m.order_id desc, m.row_hash desc
        ) as recency
    from manifest_lines as m
    inner join lives as l
        on m.shipment_key = l.shipment_key and m.manifested_at >= l.begun_at and m.manifested_at < l.ended_at
),

manifests as (
    select * from ranked where recency = 1
),

vias as (
    select distinct via_rank, via from {{ ref('stg_code_map') }} where via_rank is not null
),

final as (
    select
        l.shipment_key,
        l.epoch,
        k.courier || ':' || k.awb || ':' || l.epoch as shipment_id,
        k.courier,
        k.awb,
        coalesce(m.via, v.via) as via,
        l.begun_at,
        l.ended_at,
        m.order_id,
        m.manifested_at,
        m.payment_mode,
        m.order_value,
        m.brand,
        m.product_category,
        m.customer_id,
        m.city,
        m.state,
        m.pincode,
        m.origin_pincode,
        m.promised_on,
        m.parent_awb,
        m.parent_key
    from lives as l
    inner join {{ ref('stg_shipment_keys') }} as k on l.shipment_key = k.shipment_key
    left join {{ ref('int_scan_profile') }} as p on l.shipment_key = p.shipment_key
    left join manifests as m on l.shipment_key = m.shipment_key and l.epoch = m.epoch
    left join vias as v on p.via_rank = v.via_rank
)

select * from final
