-- Grain: shipment_key. One narrow pass over all scans known at as_of, by aggregates that do not mind copies:
-- enough to tell the life of a parcel that went straight to its door, and which ones need the long way.
with scans as (
    select
        shipment_key,
        code_id,
        scanned_at,
        leg,
        pincode
    from {{ ref('stg_scans') }}
),

codes as (
    select code_id, valid_from, valid_to, status_rank, status_bit, via_rank from {{ ref('stg_code_map') }}
),

coded as (
    select
        s.shipment_key,
        s.scanned_at,
        s.leg,
        s.pincode,
        c.status_rank,
        c.status_bit,
        c.via_rank,
        {{ epoch_micros('s.scanned_at') }} * 64 + c.status_rank as moment
    from scans as s
    inner join codes as c
        on s.code_id = c.code_id and s.scanned_at >= c.valid_from and s.scanned_at < c.valid_to
),

final as (
    select
        shipment_key,
        min(scanned_at) as first_scan_at,
        max(scanned_at) as last_scan_at,
        -- The status of the last scan that is not of a customer's return pickup (`reverse`).
        cast(max(moment) filter (where status_rank <> {{ rank_of('reverse') }}) % 64 as int) as latest_status_rank,
        bit_or(status_bit) as statuses_seen,
        bool_or(leg = 'return' and status_rank <> {{ rank_of('reverse') }}) as has_return_leg,
        max(via_rank) as via_rank,
        min(scanned_at) filter (where status_rank = {{ rank_of('out_for_delivery') }}) as first_ofd_at,
        max(scanned_at) filter (where status_rank = {{ rank_of('out_for_delivery') }}) as last_ofd_at,
        min(scanned_at) filter (where status_rank = {{ rank_of('delivered') }}) as delivered_at,
        -- As integers: strings here would more than double the time of the model. A pincode that is no number
        -- is a missing one.
        min(case when status_rank = {{ rank_of('delivered') }} then try_cast(pincode as int) end) as first_delivered_pincode,
        max(case when status_rank = {{ rank_of('delivered') }} then try_cast(pincode as int) end) as last_delivered_pincode
    from coded
    group by shipment_key
)

select * from final
