-- Grain: shipment_key, epoch, seq. The scans of eventful shipments without copies, in the total order of
-- facts, each on its leg.
with distinct_scans as (
    select * from {{ ref('int_distinct_scans') }}
),

-- A return-leg scan with no earlier forward scan in its life tells of the life before.
reused as (
    select shipment_key, epoch, lag(epoch) over (partition by shipment_key order by epoch) as previous_epoch
    from {{ ref('int_epochs') }}
),

begun as (
    select
        d.shipment_key,
        d.epoch,
        r.previous_epoch,
        min({{ epoch_micros('d.scanned_at') }} * 32 + d.status_rank) filter (
            where d.status_rank not in ({{ ranks_of(return_statuses() + ['reverse']) }}) and not coalesce(d.says_return, false)
        ) as first_forward_moment
    from distinct_scans as d
    inner join reused as r on d.shipment_key = r.shipment_key and d.epoch = r.epoch
    where r.previous_epoch is not null
    group by d.shipment_key, d.epoch, r.previous_epoch
),

-- What a scan says of the return: 1 starts or confirms it, 0 ends it. A delivered is judged below, as its
-- meaning depends on what was said before it; here it speaks only where it starts a return whatever that was.
signalled as (
    select
        d.shipment_key,
        case
            when
                b.previous_epoch is not null
                and (d.status_rank in ({{ ranks_of(return_statuses()) }}) or coalesce(d.says_return, false))
                and coalesce({{ epoch_micros('d.scanned_at') }} * 32 + d.status_rank < b.first_forward_moment, true)
                then b.previous_epoch
            else d.epoch
        end as epoch,
        d.scanned_at, d.is_date_only, d.known_at, d.meaning_id, d.native_rank, d.status_rank, d.told_reason,
        d.says_return, d.attempt_number, d.is_at_origin, d.is_origin_at_consignee,
        case
            when d.status_rank in ({{ ranks_of(return_statuses()) }}) then 1
            when d.status_rank = {{ rank_of('rto_cancelled') }} then 0
            when d.status_rank in ({{ ranks_of(['rto_requested', 'reverse']) }}) then null
            when
                d.status_rank = {{ rank_of('delivered') }}
                and d.is_at_origin and not d.is_origin_at_consignee and coalesce(d.says_return, true)
                then 1
            when d.status_rank in ({{ ranks_of(['delivered', 'partially_delivered']) }}) then case when d.says_return then 1 end
            when d.says_return then 1
            when not d.says_return then 0
        end as signal,
        {{ epoch_micros('d.scanned_at') }} * 32 + d.status_rank as moment
    from distinct_scans as d
    left join begun as b on d.shipment_key = b.shipment_key and d.epoch = b.epoch
),

ordered as (
    select
        *,
        row_number() over facts as seq,
        coalesce(
            max(moment * 2 + signal) over (facts rows between unbounded preceding and 1 preceding) % 2 = 1, false
        ) as is_after_return_start
    from signalled
    window facts as (
        partition by shipment_key, epoch
        order by
            moment, case when status_rank = {{ rank_of('failed_delivery') }} then attempt_number end nulls last,
            known_at, native_rank
    )
),

-- A delivered is at the consignee unless it says return or stands at the origin's pincode (and where both share
-- one, only another return scan makes it a return); a partial delivery can be nowhere else.
placed as (
    select
        *,
        not coalesce(says_return, false)
        and (
            status_rank = {{ rank_of('partially_delivered') }}
            or status_rank = {{ rank_of('delivered') }}
            and (
                not coalesce(says_return, true)
                or not is_at_origin
                or (is_origin_at_consignee and not is_after_return_start)
            )
        ) as is_handover
    from ordered
),

final as (
    select
        p.shipment_key,
        p.epoch,
        cast(p.seq as int) as seq,
        p.scanned_at,
        p.is_date_only,
        p.known_at,
        p.status_rank,
        case
            when p.is_handover then 'forward'
            when p.status_rank = {{ rank_of('delivered') }} then 'return'
            when p.signal = 1 then 'return'
            when p.signal = 0 then 'forward'
            when p.is_after_return_start then 'return'
            else 'forward'
        end as leg,
        p.signal,
        p.is_after_return_start,
        p.is_handover,
        coalesce(p.told_reason, m.reason_bucket) as reason_bucket,
        m.native_code,
        m.native_reason,
        p.attempt_number
    from placed as p
    inner join {{ ref('stg_code_map') }} as m on p.meaning_id = m.meaning_id
)

select * from final
