{{ config(materialized='incremental', incremental_strategy='touched') }}
-- Grain: shipment_key, epoch, attempt_number. The courier's claimed visits to the consignee, in order. The plain
-- parcels' single attempt comes straight from the profile of their scans.
with lives as (
    select shipment_key, epoch, is_eventful from {{ ref('int_shipments') }} where {{ only_touched('shipment_key') }}
),

attempts as (
    select * from {{ ref('int_eventful_attempts') }} where {{ only_touched('shipment_key') }}
),

plain as (
    select
        l.shipment_key,
        l.epoch,
        1 as attempt_number,
        coalesce(p.first_ofd_at, p.delivered_at) as opened_at,
        p.delivered_at as closed_at,
        case when p.delivered_at is null then 'open' else 'delivered' end as result,
        p.first_ofd_at is null as is_without_ofd,
        case when p.delivered_at is null then 0 else 1 end as sightings
    from lives as l
    inner join {{ ref('int_scan_profile') }} as p on l.shipment_key = p.shipment_key
    where not l.is_eventful and (p.first_ofd_at is not null or p.delivered_at is not null)
),

final as (
    select
        shipment_key, epoch, attempt_number, opened_at, closed_at, result, reason_bucket, native_reason_code,
        restated_reason, is_without_ofd, sightings, failed_at, is_date_only, known_at, courier_attempt_number
    from attempts
    union all
    select
        shipment_key, epoch, attempt_number, opened_at, closed_at, result,
        cast(null as varchar) as reason_bucket,
        cast(null as varchar) as native_reason_code,
        cast(null as varchar) as restated_reason,
        is_without_ofd, sightings,
        {{ null_instant() }} as failed_at,
        cast(null as boolean) as is_date_only,
        {{ null_instant() }} as known_at,
        cast(null as int) as courier_attempt_number
    from plain
)

select * from final
