-- Grain: shipment_key, given_order. An instruction's own cycle and the last one that it carried over into. It
-- carries over a new failure that its requested date does not precede, that did not decide it and before which no
-- newer one had replaced it; an rto or mark_delivered without a date carries over every failure until then.
--   cycle_number: the cycle open when it was given; 1 before the first failure
--   reached:      the last cycle that it is live in; 0 if given before the first failure and stopped by it
with instructions as (
    select
        i.*,
        i.source in ('default', 'rule') as is_fallback,
        case when v.result = 'failed' then v.visited_at end as failed_at
    from {{ ref('int_instructions_given') }} as i
    left join {{ ref('int_instruction_visits') }} as v on i.shipment_key = v.shipment_key and i.given_order = v.given_order
),

cycles as (
    select shipment_key, epoch, cycle_number, opened_at, {{ ist_date('opened_at') }} as opened_on
    from {{ ref('int_cycles') }}
),

compared as (
    select
        i.shipment_key,
        i.given_order,
        c.cycle_number,
        c.opened_at,
        coalesce(i.instructed_at >= c.opened_at, false) as is_given_within,
        coalesce(
            i.is_moving
            and (c.opened_on <= i.requested_on or (i.action <> 'reattempt' and i.requested_on is null))
            and coalesce(c.opened_at < i.failed_at, true),
            false
        ) as is_carried
    from instructions as i
    left join cycles as c on i.shipment_key = c.shipment_key and i.epoch = c.epoch
),

-- Those that a cycle might have opened without: the newer ones by which it had been replaced. Of two that contradict
-- each other, one of the customer and one of operations, neither replaces the other by being newer.
carried as (
    select distinct shipment_key, given_order from compared where is_carried and not is_given_within
),

replaced as (
    select
        o.shipment_key,
        o.given_order,
        min(case
            when o.submission = 'submitted' then n.accepted_at
            when n.submission = 'failed' then null
            when
                o.action <> n.action and o.source <> n.source and not o.is_fallback
                and o.action <> 'mark_delivered' and n.action <> 'mark_delivered'
                and o.submission <> 'failed' and n.submission <> 'submitted'
                then null
            else n.instructed_at
        end) as replaced_at
    from carried as c
    inner join instructions as o on c.shipment_key = o.shipment_key and c.given_order = o.given_order
    inner join instructions as n
        on o.shipment_key = n.shipment_key and o.epoch = n.epoch and o.given_order < n.given_order
    where n.is_moving and not n.is_details and (o.is_fallback or not n.is_fallback)
    group by o.shipment_key, o.given_order
),

lived as (
    select
        c.*,
        c.is_given_within or (c.is_carried and coalesce(c.opened_at <= r.replaced_at, true)) as is_live
    from compared as c
    left join replaced as r on c.shipment_key = r.shipment_key and c.given_order = r.given_order
),

final as (
    select
        shipment_key,
        given_order,
        coalesce(max(cycle_number) filter (where is_given_within), 1) as cycle_number,
        coalesce(max(cycle_number) filter (where is_live), 0) as reached,
        coalesce(max(cycle_number), 0) as latest_cycle,
        max(cycle_number) filter (where is_given_within) is null as is_before_first_failure,
        min(opened_at) filter (where not is_live) as left_behind_at
    from lived
    group by shipment_key, given_order
)

select * from final
