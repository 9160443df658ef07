-- Grain: shipment_key, epoch, seq. The outcome after each scan that decided one; before the first row it is
-- open. `outcome_since` is the first scan of the outcome that then stands.
with decisive as (
    select * from {{ ref('int_decisive_scans') }}
),

-- Lost, damaged, cancelled and their reopening make a track of their own, below the return's.
tracked as (
    select
        *,
        case when decision in ('lost', 'damaged', 'cancelled', 'reopened') then decision end as stop,
        lag(case when decision in ('lost', 'damaged', 'cancelled', 'reopened') then decision end) over (
            partition by shipment_key, epoch, decision in ('lost', 'damaged', 'cancelled', 'reopened') order by seq
        ) as previous_stop
    from decisive
),

running as (
    select
        *,
        max(case when turn = 1 then seq end) over facts as return_seq,
        max(case when turn = 0 then seq end) over facts as reversal_seq,
        max(case when stop is not null then seq end) over facts as stop_seq,
        max(case when stop <> coalesce(previous_stop, 'reopened') then seq end) over facts as stop_since_seq
    from tracked
    window facts as (partition by shipment_key, epoch order by seq rows between unbounded preceding and current row)
),

stated as (
    select
        r.*,
        coalesce(r.return_seq > coalesce(r.reversal_seq, 0), false) as is_returning,
        coalesce(s.stop, 'reopened') as last_stop
    from running as r
    left join tracked as s
        on r.shipment_key = s.shipment_key and r.epoch = s.epoch and r.stop_seq = s.seq
),

worded as (
    select
        *,
        case
            when seq = delivery_reversed_seq then 'rto'
            when is_final and decision = 'handover' then 'delivered'
            when is_final and decision = 'partial' then 'partially_delivered'
            when is_final and decision = 'returned' then 'rto'
            when is_final then decision
            when seq > final_seq then 'delivered'
            when is_returning and return_seq > coalesce(stop_seq, 0) then 'rto'
            when last_stop = 'reopened' then 'open'
            else last_stop
        end as outcome
    from stated
),

timed as (
    select
        shipment_key,
        epoch,
        seq,
        scanned_at,
        outcome,
        is_final,
        case
            when seq = delivery_reversed_seq then seq
            when seq > final_seq then final_seq
            when outcome = 'rto' and is_returning then return_seq
            when outcome in ('lost', 'damaged', 'cancelled') then stop_since_seq
            else seq
        end as since_seq,
        lag(outcome, 1, 'open') over (partition by shipment_key, epoch order by seq) as previous_outcome
    from worded
),

final as (
    select
        t.shipment_key,
        t.epoch,
        t.seq,
        t.scanned_at as changed_at,
        t.outcome,
        d.scanned_at as outcome_since
    from timed as t
    inner join decisive as d on t.shipment_key = d.shipment_key and t.epoch = d.epoch and t.since_seq = d.seq
    where t.outcome <> t.previous_outcome
)

select * from final
