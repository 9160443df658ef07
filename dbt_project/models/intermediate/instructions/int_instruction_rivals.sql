-- Grain: shipment_key, given_order; instructions that move the parcel and have others of their cycle beside
-- them. A default or rule given after one of the customer or of operations that was not refused is outranked from
-- the start; it never replaces one of theirs.
--   superseded_at:  the first acceptance of a newer one, before whatever else would have decided this one
--   newer_given_at: when the first newer one was given that was not refused; of two that contradict each other
--                   neither replaces the other
with instructions as (
    select
        i.*,
        i.source in ('default', 'rule') as is_fallback,
        greatest(i.cycle_number, i.reached) as last_cycle,
        v.visited_at,
        t.returned_at
    from {{ ref('int_instructions_standing') }} as i
    left join {{ ref('int_instruction_visits') }} as v
        on i.shipment_key = v.shipment_key and i.given_order = v.given_order
    left join {{ ref('int_instruction_turns') }} as t
        on i.shipment_key = t.shipment_key and i.given_order = t.given_order
    where i.is_moving
),

ends as (
    select shipment_key, epoch, closed_at from {{ ref('int_lives') }}
),

pairs as (
    select
        o.shipment_key,
        o.given_order as older_order,
        n.given_order as newer_order,
        o.is_fallback as is_older_fallback,
        n.is_fallback as is_newer_fallback,
        o.submission as older_submission,
        n.submission as newer_submission,
        n.instructed_at as newer_instructed_at,
        case
            when o.action = 'reattempt'
                then
                    coalesce(n.accepted_at < o.visited_at, true)
                    and coalesce(n.accepted_at < o.returned_at, true)
                    and {{ is_before_end_of_request('n.accepted_at', 'o.requested_on', 'o.is_overnight', 'o.until_minute') }}
            else coalesce(n.accepted_at < e.closed_at, true)
        end as is_in_time,
        n.accepted_at as newer_accepted_at
    from instructions as o
    inner join instructions as n
        on
            o.shipment_key = n.shipment_key and o.epoch = n.epoch
            and o.given_order < n.given_order and o.last_cycle >= n.cycle_number
    inner join ends as e on o.shipment_key = e.shipment_key and o.epoch = e.epoch
),

outranked as (
    select distinct shipment_key, newer_order as given_order
    from pairs
    where is_newer_fallback and not is_older_fallback and older_submission <> 'failed'
),

replaced as (
    select
        p.shipment_key,
        p.older_order as given_order,
        min(p.newer_accepted_at) filter (where p.is_in_time) as superseded_at,
        min(p.newer_instructed_at) filter (
            where p.newer_submission <> 'failed' and c.newer_order is null
        ) as newer_given_at
    from pairs as p
    left join outranked as o
        on p.shipment_key = o.shipment_key and p.newer_order = o.given_order
    left join {{ ref('int_instruction_conflicts') }} as c
        on
            p.shipment_key = c.shipment_key
            and p.older_order = c.older_order and p.newer_order = c.newer_order and c.refused_at is null
    where o.given_order is null and (p.is_older_fallback or not p.is_newer_fallback)
    group by p.shipment_key, p.older_order
),

final as (
    select
        coalesce(r.shipment_key, o.shipment_key) as shipment_key,
        coalesce(r.given_order, o.given_order) as given_order,
        o.given_order is not null as is_outranked,
        r.superseded_at,
        r.newer_given_at
    from replaced as r
    full outer join outranked as o
        on r.shipment_key = o.shipment_key and r.given_order = o.given_order
)

select * from final
