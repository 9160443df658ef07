{{ config(materialized='ephemeral') }}
-- Grain: shipment_key, epoch, native code, minute. One scan seen more than once is one scan: the same code in
-- the same minute, or a dated and a timed scan of one code and date (at the timed instant). Only suspects pay
-- for the window with strings.
with scans as (
    select
        *,
        {{ minute_number('scanned_at') }} as minute,
        {{ ist_day_number('scanned_at') }} as day
    from {{ ref('int_coded_scans') }}
),

repeated as (
    select shipment_key, epoch, native_rank, minute
    from scans
    group by shipment_key, epoch, native_rank, minute
    having count(*) > 1
),

dated as (
    select distinct shipment_key, epoch, native_rank, day from scans where is_date_only
),

marked as (
    select
        s.*,
        r.shipment_key is not null or d.shipment_key is not null as is_suspect
    from scans as s
    left join repeated as r
        on
            s.shipment_key = r.shipment_key and s.epoch = r.epoch
            and s.native_rank = r.native_rank and s.minute = r.minute
    left join dated as d
        on s.shipment_key = d.shipment_key and s.epoch = d.epoch and s.native_rank = d.native_rank and s.day = d.day
),

-- A dated scan joins the first timed one of its code and date.
grouped as (
    select
        *,
        coalesce(
            case when is_date_only then min(case when not is_date_only then minute end) over (
                partition by shipment_key, epoch, native_rank, day
            ) end,
            minute
        ) as shared_minute
    from marked
    where is_suspect
),

ranked as (
    select
        *,
        row_number() over (
            partition by shipment_key, epoch, native_rank, shared_minute
            order by
                is_date_only, scanned_at, status_rank, attempt_number nulls last, known_at,
                native_reason nulls last, reason_bucket, leg nulls last, pincode nulls last
        ) as place
    from grouped
),

-- The first non-null value of each column stands; the status goes with the reason that stands, as it may
-- hang on it.
merged as (
    select
        shipment_key,
        epoch,
        native_rank,
        min(scanned_at) as scanned_at,
        bool_and(is_date_only) as is_date_only,
        min(known_at) as known_at,
        coalesce(min_by(status, place) filter (where native_reason is not null), min_by(status, place)) as status,
        coalesce(min_by(status_rank, place) filter (where native_reason is not null), min_by(status_rank, place)) as status_rank,
        min_by(leg, place) filter (where leg is not null) as leg,
        coalesce(min_by(reason_bucket, place) filter (where native_reason is not null), min_by(reason_bucket, place)) as reason_bucket,
        min_by(native_reason, place) filter (where native_reason is not null) as native_reason,
        min_by(native_code, place) as native_code,
        min_by(attempt_number, place) filter (where attempt_number is not null) as attempt_number,
        min_by(pincode, place) filter (where pincode is not null) as pincode
    from ranked
    group by shipment_key, epoch, native_rank, shared_minute
),

final as (
    select
        shipment_key, epoch, native_rank, scanned_at, is_date_only, known_at, status, status_rank, leg, reason_bucket,
        native_reason, native_code, attempt_number, pincode
    from marked
    where not is_suspect
    union all
    select
        shipment_key, epoch, native_rank, scanned_at, is_date_only, known_at, status, status_rank, leg, reason_bucket,
        native_reason, native_code, attempt_number, pincode
    from merged
)

select * from final
