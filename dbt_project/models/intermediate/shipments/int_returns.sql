-- Grain: shipment_key, epoch, started_seq. A parcel's ways back: where each began and, if it was turned round
-- again, where it ended.
with decisive as (
    select * from {{ ref('int_decisive_scans') }}
),

turns as (
    select
        shipment_key,
        epoch,
        seq,
        scanned_at,
        turn,
        lead(scanned_at) over (partition by shipment_key, epoch order by seq) as next_turn_at
    from decisive
    where turn is not null
),

arrivals as (
    select shipment_key, epoch, min(scanned_at) as rto_delivered_at
    from decisive
    where decision = 'returned'
    group by shipment_key, epoch
),

final as (
    select
        t.shipment_key,
        t.epoch,
        t.seq as started_seq,
        t.scanned_at as started_at,
        t.next_turn_at as reversed_at,
        case when t.next_turn_at is null then a.rto_delivered_at end as rto_delivered_at
    from turns as t
    left join arrivals as a on t.shipment_key = a.shipment_key and t.epoch = a.epoch
    where t.turn = 1
)

select * from final
