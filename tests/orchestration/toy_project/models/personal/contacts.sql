select shipment_key, customer_name, customer_phone, address from {{ source('raw', 'shipments') }}
