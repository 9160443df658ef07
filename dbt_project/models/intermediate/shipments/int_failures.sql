-- Grain: shipment_key, epoch, failure_seq. Failed deliveries on the forward leg with their sightings folded in;
-- the first one's time and reason stand, but a real reason replaces not_attempted.
with visits as (
    select * from {{ ref('int_forward_failures') }}
),

single as (
    select
        shipment_key, epoch, seq as failure_seq, scanned_at as failed_at, is_date_only, known_at, reason_bucket,
        native_reason as native_reason_code, cast(null as varchar) as restated_reason,
        attempt_number as courier_attempt_number, 1 as sightings
    from visits
    where failures_of_dispatch = 1
),

sighted as (
    select v.*, h.failure_seq
    from visits as v
    inner join {{ ref('int_sightings') }} as h on v.shipment_key = h.shipment_key and v.epoch = h.epoch and v.seq = h.seq
),

folded as (
    select
        shipment_key,
        epoch,
        failure_seq,
        min_by(scanned_at, seq) as failed_at,
        min_by(is_date_only, seq) as is_date_only,
        min_by(known_at, seq) as known_at,
        min_by(reason_bucket, seq) as first_reason,
        min_by(native_reason, seq) as first_native_reason,
        min_by(reason_bucket, seq) filter (where reason_bucket not in ('not_attempted', 'unmapped')) as real_reason,
        min_by(native_reason, seq) filter (where reason_bucket not in ('not_attempted', 'unmapped')) as real_native_reason,
        min_by(attempt_number, seq) filter (where attempt_number is not null) as courier_attempt_number,
        cast(count(*) as int) as sightings
    from sighted
    group by shipment_key, epoch, failure_seq
),

standing as (
    select
        *,
        first_reason = 'not_attempted' and real_reason is not null as is_replaced
    from folded
),

restated as (
    select
        g.shipment_key,
        g.epoch,
        g.failure_seq,
        max_by(g.reason_bucket, g.seq) as restated_reason
    from sighted as g
    inner join standing as s
        on g.shipment_key = s.shipment_key and g.epoch = s.epoch and g.failure_seq = s.failure_seq
    where
        g.seq > g.failure_seq
        and g.reason_bucket <> 'unmapped'
        and g.reason_bucket <> case when s.is_replaced then s.real_reason else s.first_reason end
    group by g.shipment_key, g.epoch, g.failure_seq
),

final as (
    select * from single
    union all
    select
        s.shipment_key,
        s.epoch,
        s.failure_seq,
        s.failed_at,
        s.is_date_only,
        s.known_at,
        case when s.is_replaced then s.real_reason else s.first_reason end as reason_bucket,
        case when s.is_replaced then s.real_native_reason else s.first_native_reason end as native_reason_code,
        r.restated_reason,
        s.courier_attempt_number,
        s.sightings
    from standing as s
    left join restated as r
        on s.shipment_key = r.shipment_key and s.epoch = r.epoch and s.failure_seq = r.failure_seq
)

select * from final
