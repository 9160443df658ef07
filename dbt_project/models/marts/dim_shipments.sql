{{ config(materialized='incremental', incremental_strategy='touched', on_schema_change='fail') }}
-- Grain: one life of one AWB.
with shipments as (
    select * from {{ ref('int_shipments') }} where {{ only_touched('shipment_key') }}
),

lives as (
    select * from {{ ref('int_lives') }} where {{ only_touched('shipment_key') }}
),

final as (
    select
        s.shipment_key,
        s.shipment_id,
        s.courier,
        s.awb,
        s.epoch,
        s.via,
        s.order_id,
        s.manifested_at,
        s.payment_mode,
        s.order_value,
        s.brand,
        s.product_category,
        s.pincode,
        s.city,
        s.state,
        s.promised_on,
        s.parent_awb,
        l.first_ofd_at,
        l.first_ndr_at,
        l.shipment_outcome,
        l.closed_at,
        l.delivered_at,
        l.is_rto_reversed,
        l.is_delivery_reversed,
        l.latest_status as tracking_status
    from shipments as s
    inner join lives as l on s.shipment_key = l.shipment_key and s.epoch = l.epoch
)

select * from final
