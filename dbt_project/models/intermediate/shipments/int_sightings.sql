-- Grain: shipment_key, epoch, seq; dispatches with several failures. Which failure each is a sighting of: without
-- an out_for_delivery in between it is the one before seen again if both have an attempt number and it is not
-- higher, or if either has none and it comes within 12 hours of the first.
with recursive failures as (
    select shipment_key, epoch, seq, scanned_at, attempt_number, dispatch_number, place
    from {{ ref('int_forward_failures') }}
    where failures_of_dispatch > 1
),

-- The next failure of the same dispatch that is not a sighting of this one.
followed as (
    select f.shipment_key, f.epoch, f.dispatch_number, f.place, min(n.place) as next_place
    from failures as f
    inner join failures as n
        on
            f.shipment_key = n.shipment_key and f.epoch = n.epoch
            and f.dispatch_number = n.dispatch_number and f.place < n.place
    where
        not case
            when f.attempt_number is not null and n.attempt_number is not null then n.attempt_number <= f.attempt_number
            else n.scanned_at <= f.scanned_at + interval '12' hour
        end
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

final as (
    select
        f.shipment_key,
        f.epoch,
        f.seq,
        max(case when h.place is not null then f.seq end) over (
            partition by f.shipment_key, f.epoch, f.dispatch_number order by f.place
            rows between unbounded preceding and current row
        ) as failure_seq
    from failures as f
    left join heads as h
        on
            f.shipment_key = h.shipment_key and f.epoch = h.epoch
            and f.dispatch_number = h.dispatch_number and f.place = h.place
)

select * from final
