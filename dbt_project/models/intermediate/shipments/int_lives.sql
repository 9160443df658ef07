-- Grain: shipment_key, epoch; eventful parcels. What became of each by as_of.
with shipments as (
    select shipment_key, epoch from {{ ref('int_shipments') }}
),

outcomes as (
    select
        shipment_key,
        epoch,
        max_by(outcome, seq) as outcome,
        max_by(outcome_since, seq) as outcome_since,
        bool_or(outcome = 'delivered') as was_delivered,
        min(changed_at) filter (where outcome = 'delivered') as delivered_at
    from {{ ref('int_outcome_changes') }}
    group by shipment_key, epoch
),

-- After the final decision a dispatch is no visit.
finals as (
    select shipment_key, epoch, min(final_seq) as final_seq
    from {{ ref('int_decisive_scans') }}
    group by shipment_key, epoch
),

reversals as (
    select shipment_key, epoch, count(reversed_at) > 0 as is_return_reversed
    from {{ ref('int_returns') }}
    group by shipment_key, epoch
),

long_way as (
    select
        shipment_key,
        epoch,
        min(scanned_at) filter (where status_rank = {{ rank_of('out_for_delivery') }} and leg = 'forward') as first_ofd_at,
        min(seq) filter (where status_rank = {{ rank_of('out_for_delivery') }} and leg = 'forward') as first_ofd_seq,
        max_by(status_rank, seq) filter (where status_rank <> {{ rank_of('reverse') }}) as latest_status_rank,
        max(scanned_at) as latest_scan_at
    from {{ ref('int_scans') }}
    group by shipment_key, epoch
),

failures as (
    select shipment_key, epoch, min(failed_at) as first_ndr_at
    from {{ ref('int_failures') }}
    group by shipment_key, epoch
),

final as (
    select
        s.shipment_key,
        s.epoch,
        coalesce(o.outcome, 'open') as shipment_outcome,
        case when o.outcome <> 'open' then o.outcome_since end as closed_at,
        o.delivered_at,
        coalesce(r.is_return_reversed and o.outcome in ('delivered', 'partially_delivered'), false) as is_rto_reversed,
        coalesce(o.was_delivered and o.outcome = 'rto', false) as is_delivery_reversed,
        case when w.first_ofd_seq <= coalesce(n.final_seq, w.first_ofd_seq) then w.first_ofd_at end as first_ofd_at,
        f.first_ndr_at,
        t.status as latest_status,
        w.latest_scan_at
    from shipments as s
    left join outcomes as o on s.shipment_key = o.shipment_key and s.epoch = o.epoch
    left join finals as n on s.shipment_key = n.shipment_key and s.epoch = n.epoch
    left join reversals as r on s.shipment_key = r.shipment_key and s.epoch = r.epoch
    left join long_way as w on s.shipment_key = w.shipment_key and s.epoch = w.epoch
    left join {{ ref('statuses') }} as t on w.latest_status_rank = t.status_rank
    left join failures as f on s.shipment_key = f.shipment_key and s.epoch = f.epoch
)

select * from final
