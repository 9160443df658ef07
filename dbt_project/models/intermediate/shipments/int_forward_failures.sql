-- Grain: shipment_key, epoch, seq. Failed deliveries on the forward leg until the final decision; dispatch_number
-- counts the dispatches before each, place its place among the failures of that dispatch.
with finals as (
    select shipment_key, epoch, min(final_seq) as final_seq
    from {{ ref('int_decisive_scans') }}
    group by shipment_key, epoch
),

visits as (
    select
        s.shipment_key, s.epoch, s.seq, s.scanned_at, s.is_date_only, s.known_at, s.status_rank, s.reason_bucket,
        s.native_reason, s.attempt_number,
        sum(case when s.status_rank = {{ rank_of('out_for_delivery') }} then 1 else 0 end) over (
            partition by s.shipment_key, s.epoch order by s.seq rows between unbounded preceding and current row
        ) as dispatch_number
    from {{ ref('int_scans') }} as s
    left join finals as f on s.shipment_key = f.shipment_key and s.epoch = f.epoch
    where
        s.status_rank in ({{ ranks_of(['out_for_delivery', 'failed_delivery']) }})
        and s.leg = 'forward'
        and s.seq <= coalesce(f.final_seq, s.seq)
),

final as (
    select
        * exclude (status_rank),
        row_number() over (partition by shipment_key, epoch, dispatch_number order by seq) as place,
        count(*) over (partition by shipment_key, epoch, dispatch_number) as failures_of_dispatch
    from visits
    where status_rank = {{ rank_of('failed_delivery') }}
)

select * from final
