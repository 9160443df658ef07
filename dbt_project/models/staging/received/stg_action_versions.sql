{{ config(materialized='received') }}
-- Grain: one version of an action that was given to a courier; its later instants may still lie ahead of as_of.
with final as (
    select
        shipment_key, action_id, action, source, instructed_at, requested_on, window_start, window_end, submitted_at,
        responded_at, result, result_reason, courier_reference, received_at, row_hash
    from {{ source('raw', 'courier_actions') }}
    where greatest(instructed_at, coalesce(received_at, instructed_at)) <= {{ as_of() }} and {{ only_rejudged() }}
)

select * from final
