-- Grain: shipment_key, epoch of a case with an entry of an agent. Calls and who works on the case.
-- A call is counted once by its call_id, else once a row. Entries before the first failure belong to cycle 1.
-- No feed says to whom a case was given, so it is the agent of its first entry's, from that entry on.
with entries as (
    select shipment_key, epoch, entry_number, acted_at, agent, call_id, call_outcome is not null as is_call
    from {{ ref('int_ops_feedback') }}
    where entry <> 'undo'
),

latest_cycles as (
    select shipment_key, epoch, max(cycle_number) as cycle_number, max(opened_at) as opened_at
    from {{ ref('int_cycles') }}
    group by shipment_key, epoch
),

placed as (
    select
        e.*,
        e.is_call and (y.cycle_number = 1 or e.acted_at >= y.opened_at) as is_call_of_latest_cycle
    from entries as e
    inner join latest_cycles as y on e.shipment_key = y.shipment_key and e.epoch = y.epoch
),

final as (
    select
        shipment_key,
        epoch,
        cast(
            count(distinct call_id) filter (where is_call)
            + count(*) filter (where is_call and call_id is null) as int
        ) as follow_ups,
        cast(
            count(distinct call_id) filter (where is_call_of_latest_cycle)
            + count(*) filter (where is_call_of_latest_cycle and call_id is null) as int
        ) as cycle_follow_ups,
        min_by(agent, entry_number) as allocated_to,
        min(acted_at) as allocated_at
    from placed
    group by shipment_key, epoch
)

select * from final
