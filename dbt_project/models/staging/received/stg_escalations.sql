{{ config(materialized='received') }}
-- Grain: one step of the escalation of a breach as it was received, copies included.
with final as (
    select shipment_key, instruction_id, escalated_at, step, known_at
    from {{ source('raw', 'escalations') }}
    where known_at <= {{ as_of() }} and {{ only_rejudged() }}
)

select * from final
