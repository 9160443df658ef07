{{ config(materialized='ephemeral') }}
-- Grain: shipment_key, epoch, native code, minute. One scan seen more than once is one scan: the same code in
-- the same minute, or a dated and a timed scan of one code and date (at the timed instant). It is of the life of the
-- first. Only the days on which a shipment's code was scanned twice in a minute, or dated, pay for the merging.
{% set columns -%}
shipment_key, epoch, scanned_at, is_date_only, known_at, meaning_id, native_rank, status_rank, told_reason, says_return,
attempt_number, is_at_origin, is_origin_at_consignee
{%- endset -%}
with scans as (
    select
        *,
        coalesce(pincode = origin_pincode, false) as is_at_origin,
        {{ minute_number('scanned_at') }} as minute,
        {{ ist_day_number('scanned_at') }} as day
    from {{ ref('int_coded_scans') }}
),

crowded as (
    select shipment_key, native_rank, min(day) as day
    from scans
    group by shipment_key, native_rank, minute
    having count(*) > 1
),

suspects as (
    select shipment_key, native_rank, day from crowded
    union
    select shipment_key, native_rank, day from scans where is_date_only
),

-- A scan that came without its reason can be any of the code's meanings that day, and joins one that is told; two
-- told meanings of one code are two scans (Delhivery's Pending with a failure's code and with a depot's).
meant as (
    select
        *,
        case
            when has_reason then status_rank
            else coalesce(
                min(case when has_reason then status_rank end) over (
                    partition by shipment_key, native_rank, day
                ),
                status_rank
            )
        end as meant_rank
    from scans
    where (shipment_key, native_rank, day) in (select shipment_key, native_rank, day from suspects)
),

-- A dated scan joins the first timed one of its code and date.
grouped as (
    select
        *,
        {{ shared_minute('shipment_key, native_rank, meant_rank') }} as shared_minute
    from meant
),

ranked as (
    select
        *,
        min(epoch) over (partition by shipment_key, native_rank, meant_rank, shared_minute) as first_epoch,
        first_value(origin_pincode) over (
            partition by shipment_key, native_rank, meant_rank, shared_minute order by epoch
        ) as first_origin_pincode,
        row_number() over (
            partition by shipment_key, native_rank, meant_rank, shared_minute
            order by
                is_date_only, scanned_at, status_rank, attempt_number nulls last, known_at, meaning_id, told_reason nulls last,
                says_return nulls last, is_at_origin
        ) as place
    from grouped
),

-- The first non-null value of each column stands; the meaning goes with the reason that stands, as the status may
-- hang on it.
merged as (
    select
        shipment_key,
        first_epoch as epoch,
        min(scanned_at) as scanned_at,
        bool_and(is_date_only) as is_date_only,
        min(known_at) as known_at,
        coalesce(min_by(meaning_id, place) filter (where has_reason), min_by(meaning_id, place)) as meaning_id,
        native_rank,
        coalesce(min_by(status_rank, place) filter (where has_reason), min_by(status_rank, place)) as status_rank,
        min_by(told_reason, place) filter (where told_reason is not null) as told_reason,
        min_by(says_return, place) filter (where says_return is not null) as says_return,
        min_by(attempt_number, place) filter (where attempt_number is not null) as attempt_number,
        coalesce(bool_or(pincode = first_origin_pincode), false) as is_at_origin,
        bool_or(is_origin_at_consignee and epoch = first_epoch) as is_origin_at_consignee
    from ranked
    group by shipment_key, first_epoch, native_rank, meant_rank, shared_minute
),

final as (
    select {{ columns }} from scans
    where (shipment_key, native_rank, day) not in (select shipment_key, native_rank, day from suspects)
    union all
    select {{ columns }} from merged
)

select * from final
