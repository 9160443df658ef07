-- Grain: shipment_key, message_id. A message as known at as_of: of its rows, which are versions, each instant and
-- word is the last version's that has one. Each instant shows once it has passed and its row was received.
-- One message to a customer with several parcels has a row for each parcel.
with versions as (
    select
        *,
        row_number() over (
            partition by shipment_key, message_id
            order by
                coalesce(
                    received_at,
                    greatest(
                        sent_at, coalesce(accepted_at, sent_at), coalesce(delivered_at, sent_at),
                        coalesce(read_at, sent_at), coalesce(failed_at, sent_at)
                    )
                ),
                row_hash
        ) as version
    from {{ ref('stg_message_versions') }}
),

final as (
    select
        shipment_key,
        message_id,
        max_by(channel, version) as channel,
        max_by(template, version) as template,
        max_by(sent_at, version) as sent_at,
        max_by(accepted_at, version) filter (where accepted_at <= {{ as_of() }}) as accepted_at,
        max_by(delivered_at, version) filter (where delivered_at <= {{ as_of() }}) as delivered_at,
        max_by(read_at, version) filter (where read_at <= {{ as_of() }}) as read_at,
        max_by(failed_at, version) filter (where failed_at <= {{ as_of() }}) as failed_at,
        max_by(failure_reason, version) filter (
            where failure_reason is not null and failed_at <= {{ as_of() }}
        ) as failure_reason
    from versions
    group by shipment_key, message_id
)

select * from final
