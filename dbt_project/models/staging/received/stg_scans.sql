{{ config(materialized='received') }}
-- Grain: one scan as it was received, copies included.
with final as (
    select
        shipment_key, code_id, scanned_at, is_date_only, known_at, attempt_number, pincode, leg,
        native_text, reason_text, remark, location
    from {{ source('raw', 'scans') }}
    where known_at <= {{ as_of() }} and {{ only_rejudged() }}
)

select * from final
