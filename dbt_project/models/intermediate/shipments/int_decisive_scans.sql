-- Grain: shipment_key, epoch, seq. The few scans that can decide an outcome or turn a parcel round.
--   decision: handover, partial, returned, disposed (final), lost, damaged, cancelled, reopened, or null
--   turn:     1 a return begins here, 0 it ends here, or null
with scans as (
    select
        shipment_key, epoch, seq, scanned_at, status_rank, leg, signal, is_after_return_start, is_handover
    from {{ ref('int_scans') }}
),

-- Only these can be reopened, so only theirs are the scans that reopen.
stopped as (
    select shipment_key, epoch, min(seq) as first_stop_seq
    from scans
    where status_rank in ({{ ranks_of(['lost', 'damaged', 'cancelled']) }})
    group by shipment_key, epoch
),

decided as (
    select
        s.shipment_key,
        s.epoch,
        s.seq,
        s.scanned_at,
        case
            when s.is_handover and s.status_rank = {{ rank_of('delivered') }} then 'handover'
            when s.is_handover then 'partial'
            when s.status_rank in ({{ ranks_of(['rto_delivered', 'delivered', 'partially_delivered']) }}) then 'returned'
            {% for status in ['lost', 'damaged', 'disposed', 'cancelled'] -%}
            when s.status_rank = {{ rank_of(status) }} then '{{ status }}'
            {% endfor -%}
            when
                s.status_rank in ({{ ranks_of(['out_for_delivery', 'failed_delivery']) }})
                and s.leg = 'forward' and s.seq > p.first_stop_seq
                then 'reopened'
        end as decision,
        s.status_rank = {{ rank_of('rto_delivered') }} as is_rto_delivered,
        case
            when s.is_handover then 0
            when s.status_rank in ({{ ranks_of(['delivered', 'partially_delivered']) }}) then 1
            when s.signal = 1 then 1
            when s.signal = 0 and s.is_after_return_start then 0
        end as said_turn
    from scans as s
    left join stopped as p on s.shipment_key = p.shipment_key and s.epoch = p.epoch
),

said as (
    select
        *,
        lag(said_turn) over (partition by shipment_key, epoch, said_turn is not null order by seq) as previous_turn
    from decided
    where decision is not null or said_turn is not null
),

turned as (
    select
        *,
        case when said_turn is not null and said_turn <> coalesce(previous_turn, 0) then said_turn end as turn
    from said
),

final_seqs as (
    select
        shipment_key,
        epoch,
        min(seq) filter (where decision in ('handover', 'partial', 'returned', 'disposed')) as final_seq,
        min(seq) filter (where decision = 'handover') as handover_seq
    from turned
    group by shipment_key, epoch
),

reversals as (
    select t.shipment_key, t.epoch, min(t.seq) as delivery_reversed_seq
    from turned as t
    inner join final_seqs as f on t.shipment_key = f.shipment_key and t.epoch = f.epoch
    where t.is_rto_delivered and f.final_seq = f.handover_seq and t.seq > f.handover_seq
    group by t.shipment_key, t.epoch
),

-- After the final decision nothing counts, save the return of a delivered parcel to its end.
final as (
    select
        t.shipment_key,
        t.epoch,
        t.seq,
        t.scanned_at,
        t.decision,
        t.turn,
        f.final_seq,
        r.delivery_reversed_seq,
        coalesce(t.seq = f.final_seq, false) as is_final
    from turned as t
    inner join final_seqs as f on t.shipment_key = f.shipment_key and t.epoch = f.epoch
    left join reversals as r on t.shipment_key = r.shipment_key and t.epoch = r.epoch
    where
        (t.decision is not null or t.turn is not null)
        and (
            f.final_seq is null
            or t.seq <= f.final_seq
            or (t.seq <= r.delivery_reversed_seq and (t.turn = 1 or t.seq = r.delivery_reversed_seq))
        )
)

select * from final
