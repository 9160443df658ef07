{{ config(materialized='incremental', incremental_strategy='touched') }}
-- Grain: shipment_key, epoch: one life of one AWB, for every parcel that anything was known of by as_of.
-- An event without a manifest still makes a shipment; the order's attributes are filled in when it arrives.
with profile as (
    select * from {{ ref('int_scan_profile') }} where {{ only_touched('shipment_key') }}
),

manifest_lines as (
    select * from {{ source('raw', 'shipments') }}
    where manifested_at <= {{ as_of() }} and {{ only_touched('shipment_key') }}
),

told_of as (
    select shipment_key from {{ source('raw', 'customer_feedback') }}
    where known_at <= {{ as_of() }} and {{ only_touched('shipment_key') }}
    union
    select shipment_key from {{ source('raw', 'ops_feedback') }}
    where known_at <= {{ as_of() }} and {{ only_touched('shipment_key') }}
    union
    select shipment_key from {{ source('raw', 'courier_actions') }}
    where instructed_at <= {{ as_of() }} and {{ only_touched('shipment_key') }}
),

messaged as (
    select distinct shipment_key from {{ source('raw', 'messages') }}
    where sent_at <= {{ as_of() }} and {{ only_touched('shipment_key') }}
),

keys as (
    select shipment_key from profile
    union
    select shipment_key from manifest_lines
    union
    select shipment_key from told_of
    union
    select shipment_key from messaged
),

epochs as (
    select * from {{ ref('int_epochs') }} where {{ only_touched('shipment_key') }}
),

lives as (
    select
        k.shipment_key,
        coalesce(e.epoch, 0) as epoch,
        coalesce(e.begun_at, {{ beginning_of_time() }}) as begun_at,
        coalesce(e.ended_at, {{ end_of_time() }}) as ended_at,
        e.epoch is not null as is_awb_reused
    from keys as k
    left join epochs as e on k.shipment_key = e.shipment_key
),

repeated as (
    select shipment_key from manifest_lines group by shipment_key having count(*) > 1
),

-- Of several lines in one life the latest manifest stands, then the greater order_id; the rest breaks ties.
ranked as (
    select
        m.*,
        row_number() over (
            partition by m.shipment_key, l.epoch
            order by m.manifested_at desc, m.order_id desc, m.row_hash desc
        ) as recency
    from manifest_lines as m
    inner join repeated as r on m.shipment_key = r.shipment_key
    inner join lives as l
        on m.shipment_key = l.shipment_key and m.manifested_at >= l.begun_at and m.manifested_at < l.ended_at
),

manifests as (
    {% for source, condition in [
        ('manifest_lines', 'shipment_key not in (select shipment_key from repeated)'), ('ranked', 'recency = 1')
    ] -%}
    select
        shipment_key, order_id, manifested_at, payment_mode, order_value, brand, product_category, customer_id,
        city, state, pincode, origin_pincode, promised_on, via, parent_awb, parent_key
    from {{ source }}
    where {{ condition }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

parents as (
    select distinct parent_key as shipment_key from {{ source('raw', 'shipments') }}
    where parent_key is not null and manifested_at <= {{ as_of() }}
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
        m.parent_key,
        coalesce(l.is_awb_reused
        or t.shipment_key is not null
        or m.parent_key is not null
        or r.shipment_key is not null
        or p.has_return_leg
        or {{ saw_any([
            'failed_delivery', 'partially_delivered', 'rto_initiated', 'rto_in_transit', 'rto_out_for_delivery', 'rto_failed',
            'rto_delivered', 'rto_cancelled', 'lost', 'damaged', 'disposed', 'cancelled',
        ], 'coalesce(p.statuses_seen, 0)') }}
        or {{ ist_day_number('p.first_ofd_at') }} <> {{ ist_day_number('p.last_ofd_at') }}
        or p.last_ofd_at > p.delivered_at
        or (m.origin_pincode <> m.pincode or m.pincode is null)
        and (m.origin_pincode = p.first_delivered_pincode or m.origin_pincode = p.last_delivered_pincode
            or p.first_delivered_pincode <> p.last_delivered_pincode), false) as is_eventful
    from lives as l
    inner join {{ source('raw', 'shipment_keys') }} as k on l.shipment_key = k.shipment_key
    left join profile as p on l.shipment_key = p.shipment_key
    left join manifests as m
        on l.shipment_key = m.shipment_key and m.manifested_at >= l.begun_at and m.manifested_at < l.ended_at
    left join told_of as t on l.shipment_key = t.shipment_key
    left join parents as r on l.shipment_key = r.shipment_key
    left join vias as v on p.via_rank = v.via_rank
)

select * from final
