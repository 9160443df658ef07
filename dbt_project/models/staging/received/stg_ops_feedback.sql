{{ config(materialized='received') }}
-- Grain: one entry of an agent as it was received, copies included.
with final as (
    select
        shipment_key, acted_at, is_date_only, agent, entry, call_outcome, call_id, requested_on, window_start, window_end,
        new_phone, new_address, new_pincode, remark, extra, known_at
    from {{ source('raw', 'ops_feedback') }}
    where known_at <= {{ as_of() }} and {{ only_rejudged() }}
)

select * from final
