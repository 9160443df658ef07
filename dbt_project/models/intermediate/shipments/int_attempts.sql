-- Grain: shipment_key, epoch, attempt_number; eventful shipments. An attempt opens at an out_for_delivery, or at
-- a result that none opened, and closes at its result; a dispatch that a later day's dispatch, the return or an
-- outcome overtook is unverified.
with finals as (
    select shipment_key, epoch, min(final_seq) as final_seq
    from {{ ref('int_decisive_scans') }}
    group by shipment_key, epoch
),

dispatches as (
    select s.shipment_key, s.epoch, s.seq, s.scanned_at, 'dispatch' as kind
    from {{ ref('int_scans') }} as s
    left join finals as f on s.shipment_key = f.shipment_key and s.epoch = f.epoch
    where
        s.status_rank = {{ rank_of('out_for_delivery') }}
        and s.leg = 'forward'
        and s.seq <= coalesce(f.final_seq, s.seq)
),

steps as (
    select shipment_key, epoch, seq, scanned_at, kind from dispatches
    union all
    select shipment_key, epoch, failure_seq as seq, failed_at as scanned_at, 'failure' as kind
    from {{ ref('int_failures') }}
    union all
    select
        shipment_key, epoch, seq, scanned_at,
        case when decision in ('handover', 'partial') then 'delivery' else 'break' end as kind
    from {{ ref('int_decisive_scans') }}
    where
        seq <= coalesce(final_seq, seq)
        and (turn = 1 or decision in ('handover', 'partial', 'returned', 'lost', 'damaged', 'disposed', 'cancelled'))
),

seen as (
    select
        *,
        lag(kind) over facts as previous_kind,
        lag({{ ist_day_number('scanned_at') }}) over facts as previous_day,
        lead(kind) over facts as next_kind,
        lead(scanned_at) over facts as next_at
    from steps
    window facts as (partition by shipment_key, epoch order by seq)
),

-- What came before, breaks aside: a delivery within 12 hours of a failure heals it also when the return had begun.
visited as (
    select
        *,
        lag(kind) over visits as previous_visit,
        lag(scanned_at) over visits as previous_visit_at
    from seen
    where kind <> 'break'
    window visits as (partition by shipment_key, epoch order by seq)
),

opened as (
    select
        *,
        case
            when kind = 'dispatch'
                then coalesce(previous_kind, '') <> 'dispatch' or previous_day <> {{ ist_day_number('scanned_at') }}
            when coalesce(previous_kind, '') = 'dispatch' then false
            when
                kind = 'delivery' and previous_visit = 'failure'
                and scanned_at <= previous_visit_at + interval '12' hour
                then false
            else true
        end as is_opening
    from visited
),

numbered as (
    select
        *,
        sum(case when is_opening then 1 else 0 end) over (
            partition by shipment_key, epoch order by seq rows between unbounded preceding and current row
        ) as attempt_number
    from opened
),

attempts as (
    select
        shipment_key,
        epoch,
        cast(attempt_number as int) as attempt_number,
        min(scanned_at) as opened_at,
        min(scanned_at) filter (where kind = 'delivery') as delivered_at,
        min(seq) filter (where kind = 'failure') as failure_seq,
        bool_or(kind = 'dispatch') as is_dispatched,
        -- Of its last step; without a next one it is still out (max_by would take the null for no row at all).
        nullif(max_by(coalesce(next_kind, ''), seq), '') as next_kind,
        max_by(coalesce(next_at, scanned_at), seq) as next_at
    from numbered
    group by shipment_key, epoch, attempt_number
),

final as (
    select
        a.shipment_key,
        a.epoch,
        a.attempt_number,
        a.opened_at,
        case
            when a.delivered_at is not null then a.delivered_at
            when f.failed_at is not null then f.failed_at
            when a.next_kind is not null then a.next_at
        end as closed_at,
        case
            when a.delivered_at is not null then 'delivered'
            when f.failed_at is not null then 'failed'
            when a.next_kind is not null then 'unverified'
            else 'open'
        end as result,
        f.reason_bucket,
        f.native_reason_code,
        f.restated_reason,
        not a.is_dispatched as is_without_ofd,
        case when f.failed_at is not null then f.sightings when a.delivered_at is not null then 1 else 0 end as sightings,
        f.failed_at,
        f.is_date_only,
        f.known_at,
        f.courier_attempt_number
    from attempts as a
    left join {{ ref('int_failures') }} as f
        on a.shipment_key = f.shipment_key and a.epoch = f.epoch and a.failure_seq = f.failure_seq
)

select * from final
