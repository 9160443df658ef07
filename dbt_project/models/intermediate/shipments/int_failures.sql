{{ config(materialized='incremental', incremental_strategy='touched') }}
-- Grain: shipment_key, epoch, failure_seq. Failed deliveries on the forward leg with their sightings folded in.
-- Without an out_for_delivery in between, a failure is the one before seen again if both have an attempt number
-- and it is not higher, or if either has none and it comes within 12 hours of the first.
{% set is_sighting -%}
case
    when f.attempt_number is not null and n.attempt_number is not null then n.attempt_number <= f.attempt_number
    else n.scanned_at <= f.scanned_at + interval '12' hour
end
{%- endset -%}
with recursive finals as (
    select shipment_key, epoch, min(final_seq) as final_seq
    from {{ ref('int_decisive_scans') }}
    where {{ only_touched('shipment_key') }}
    group by shipment_key, epoch
),

visits as (
    select
        s.shipment_key, s.epoch, s.seq, s.scanned_at, s.is_date_only, s.known_at, s.status_rank, s.reason_bucket,
        s.native_code, s.native_reason, s.attempt_number,
        sum(case when s.status_rank = {{ rank_of('out_for_delivery') }} then 1 else 0 end) over (
            partition by s.shipment_key, s.epoch order by s.seq rows between unbounded preceding and current row
        ) as dispatch_number
    from {{ ref('int_scans') }} as s
    left join finals as f on s.shipment_key = f.shipment_key and s.epoch = f.epoch
    where
        s.status_rank in ({{ ranks_of(['out_for_delivery', 'failed_delivery']) }})
        and s.leg = 'forward'
        and s.seq <= coalesce(f.final_seq, s.seq)
        and {{ only_touched('s.shipment_key') }}
),

failures as (
    select
        *,
        row_number() over (partition by shipment_key, epoch, dispatch_number order by seq) as place
    from visits
    where status_rank = {{ rank_of('failed_delivery') }}
),

-- The next failure of the same dispatch that is not a sighting of this one.
followed as (
    select f.shipment_key, f.epoch, f.dispatch_number, f.place, min(n.place) as next_place
    from failures as f
    inner join failures as n
        on
            f.shipment_key = n.shipment_key and f.epoch = n.epoch
            and f.dispatch_number = n.dispatch_number and f.place < n.place
    where not ({{ is_sighting }})
    group by f.shipment_key, f.epoch, f.dispatch_number, f.place
),

heads as (
    select shipment_key, epoch, dispatch_number, place from failures where place = 1
    union all
    select f.shipment_key, f.epoch, f.dispatch_number, f.next_place as place
    from heads as h
    inner join followed as f
        on
            h.shipment_key = f.shipment_key and h.epoch = f.epoch
            and h.dispatch_number = f.dispatch_number and h.place = f.place
),

sighted as (
    select
        f.*,
        max(case when h.place is not null then f.seq end) over (
            partition by f.shipment_key, f.epoch, f.dispatch_number order by f.place
            rows between unbounded preceding and current row
        ) as failure_seq
    from failures as f
    left join heads as h
        on
            f.shipment_key = h.shipment_key and f.epoch = h.epoch
            and f.dispatch_number = h.dispatch_number and f.place = h.place
),

-- The first one's reason stands, but a real reason replaces not_attempted.
reasoned as (
    select
        shipment_key,
        epoch,
        failure_seq,
        min(scanned_at) as failed_at,
        bool_or(is_date_only and seq = failure_seq) as is_date_only,
        min_by(known_at, seq) as known_at,
        min_by(reason_bucket, seq) as first_reason,
        min_by(reason_bucket, seq) filter (where reason_bucket not in ('not_attempted', 'unmapped')) as real_reason,
        min_by(native_reason, seq) as native_reason,
        min_by(native_reason, seq) filter (where reason_bucket not in ('not_attempted', 'unmapped')) as real_native_reason,
        min_by(native_code, seq) as native_code,
        min_by(attempt_number, seq) filter (where attempt_number is not null) as courier_attempt_number,
        count(*) as sightings
    from sighted
    group by shipment_key, epoch, failure_seq
),

standing as (
    select
        * exclude (first_reason, real_reason, native_reason, real_native_reason),
        case when first_reason = 'not_attempted' then coalesce(real_reason, first_reason) else first_reason end as reason_bucket,
        case
            when first_reason = 'not_attempted' and real_reason is not null then real_native_reason else native_reason
        end as native_reason_code
    from reasoned
),

final as (
    select
        s.shipment_key,
        s.epoch,
        s.failure_seq,
        s.failed_at,
        s.is_date_only,
        s.known_at,
        s.reason_bucket,
        s.native_reason_code,
        s.native_code,
        s.courier_attempt_number,
        max_by(g.reason_bucket, g.seq) filter (
            where g.seq > s.failure_seq and g.reason_bucket not in ('unmapped', s.reason_bucket)
        ) as restated_reason,
        cast(s.sightings as int) as sightings
    from standing as s
    inner join sighted as g
        on s.shipment_key = g.shipment_key and s.epoch = g.epoch and s.failure_seq = g.failure_seq
    group by all
)

select * from final
