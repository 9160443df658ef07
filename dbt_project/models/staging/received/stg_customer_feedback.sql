{{ config(materialized='received') }}
-- Grain: one answer of a customer as it was received, copies included.
with final as (
    select
        shipment_key, responded_at, is_date_only, channel, response, requested_on, window_start, window_end, new_phone,
        new_address, new_pincode, landmark, text, extra, known_at
    from {{ source('raw', 'customer_feedback') }}
    where known_at <= {{ as_of() }} and {{ only_rejudged() }}
)

select * from final
