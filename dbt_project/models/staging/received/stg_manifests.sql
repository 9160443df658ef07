{{ config(materialized='received') }}
-- Grain: one manifest line as it was received.
with final as (
    select
        shipment_key, order_id, manifested_at, payment_mode, order_value, brand, product_category, customer_id,
        customer_name, customer_phone, customer_email, address, city, state, pincode, origin_pincode, promised_on, via,
        parent_awb, parent_key, row_hash
    from {{ source('raw', 'shipments') }}
    where manifested_at <= {{ as_of() }} and {{ only_rejudged() }}
)

select * from final
