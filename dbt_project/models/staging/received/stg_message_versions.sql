{{ config(materialized='received') }}
-- Grain: one version of a message to a customer; its later instants may still lie ahead of as_of.
with final as (
    select
        shipment_key, message_id, channel, template, sent_at, accepted_at, delivered_at, read_at, failed_at,
        failure_reason, received_at, row_hash
    from {{ source('raw', 'messages') }}
    where greatest(sent_at, coalesce(received_at, sent_at)) <= {{ as_of() }} and {{ only_rejudged() }}
)

select * from final
