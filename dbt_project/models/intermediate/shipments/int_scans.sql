{{ config(materialized='incremental', incremental_strategy='touched') }}
-- Grain: shipment_key, epoch, seq. The scans of eventful shipments without copies, in the total order of
-- facts, each on its leg.
with shipments as (
    select shipment_key, epoch, pincode, origin_pincode
    from {{ ref('int_shipments') }}
    where {{ only_touched('shipment_key') }}
),

-- A return-leg scan with no earlier forward scan in its life tells of the life before.
reused as (
    select shipment_key, epoch, lag(epoch) over (partition by shipment_key order by epoch) as previous_epoch
    from {{ ref('int_epochs') }}
    where {{ only_touched('shipment_key') }}
),

begun as (
    select
        d.shipment_key,
        d.epoch,
        r.previous_epoch,
        min(d.scanned_at) filter (
            where d.status_rank not in ({{ ranks_of(return_statuses()) }}) and coalesce(d.leg, 'forward') <> 'return'
        ) as first_forward_at
    from {{ ref('int_distinct_scans') }} as d
    inner join reused as r on d.shipment_key = r.shipment_key and d.epoch = r.epoch
    where r.previous_epoch is not null
    group by d.shipment_key, d.epoch, r.previous_epoch
),

scans as (
    select
        d.* exclude (epoch),
        case
            when
                b.previous_epoch is not null
                and (d.status_rank in ({{ ranks_of(return_statuses()) }}) or coalesce(d.leg = 'return', false))
                and coalesce(d.scanned_at < b.first_forward_at, true)
                then b.previous_epoch
            else d.epoch
        end as epoch
    from {{ ref('int_distinct_scans') }} as d
    left join begun as b on d.shipment_key = b.shipment_key and d.epoch = b.epoch
),

-- What a scan says of the return: 1 starts or confirms it, 0 ends it. A delivered is judged below, as its
-- meaning depends on what was said before it.
signalled as (
    select
        *,
        case
            when status_rank in ({{ ranks_of(return_statuses()) }}) then 1
            when status_rank = {{ rank_of('rto_cancelled') }} then 0
            when status_rank in ({{ ranks_of(['delivered', 'partially_delivered', 'rto_requested', 'reverse']) }}) then null
            when leg = 'return' then 1
            when leg = 'forward' then 0
        end as signal,
        {{ epoch_micros('scanned_at') }} * 32 + status_rank as moment
    from scans
),

ordered as (
    select
        *,
        row_number() over facts as seq,
        max(moment * 2 + signal) over (facts rows between unbounded preceding and 1 preceding) as last_signal
    from signalled
    window facts as (
        partition by shipment_key, epoch
        order by
            scanned_at, status_rank,
            case when status_rank = {{ rank_of('failed_delivery') }} then attempt_number end nulls last,
            known_at, native_rank
    )
),

placed as (
    select
        o.*,
        coalesce(o.last_signal % 2 = 1, false) as is_after_return_start,
        -- A delivered is at the consignee unless it says return or stands at the origin's pincode; a partial
        -- delivery can be nowhere else.
        coalesce(o.leg, 'forward') <> 'return'
        and (
            o.status_rank = {{ rank_of('partially_delivered') }}
            or o.status_rank = {{ rank_of('delivered') }}
            and (
                o.leg = 'forward'
                or o.pincode is null
                or s.origin_pincode is null
                or o.pincode <> s.origin_pincode
                or (s.pincode = s.origin_pincode and not coalesce(o.last_signal % 2 = 1, false))
            )
        ) as is_handover
    from ordered as o
    inner join shipments as s on o.shipment_key = s.shipment_key and o.epoch = s.epoch
),

final as (
    select
        shipment_key,
        epoch,
        cast(seq as int) as seq,
        scanned_at,
        is_date_only,
        known_at,
        status,
        status_rank,
        case
            when is_handover then 'forward'
            when status_rank = {{ rank_of('delivered') }} then 'return'
            when signal = 1 then 'return'
            when signal = 0 then 'forward'
            when is_after_return_start then 'return'
            else 'forward'
        end as leg,
        signal,
        is_after_return_start,
        coalesce(is_handover, false) as is_handover,
        reason_bucket,
        native_code,
        native_reason,
        attempt_number,
        pincode
    from placed
)

select * from final
