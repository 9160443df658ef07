-- Grain: shipment_key, given_order. The instructions with their cycles; details that a live reattempt of the cycle
-- carries move nothing. Live, when the details came: in force, or the newest that moves the parcel and not refused.
-- Details that nothing could carry are a reattempt, which carries the details that come after them.
with given as (
    select g.*, c.cycle_number, c.reached, c.latest_cycle, c.is_before_first_failure, c.left_behind_at
    from {{ ref('int_instructions_given') }} as g
    inner join {{ ref('int_instruction_cycles') }} as c
        on g.shipment_key = c.shipment_key and g.given_order = c.given_order
),

-- Before the first failure there is no cycle to be live in; they count as one of their own, number 0.
details as (
    select
        shipment_key, epoch, given_order, instructed_at, reached,
        case when is_before_first_failure then 0 else cycle_number end as live_cycle
    from given
    where is_details
),

-- A default or rule that came after a person's word is outranked, and so never the newest.
earlier as (
    select
        d.shipment_key,
        d.given_order,
        g.given_order as earlier_order,
        g.action,
        g.submission,
        g.is_details,
        g.accepted_at <= d.instructed_at as is_accepted_by_then,
        g.source in ('default', 'rule') as is_fallback,
        min(case when g.source in ('customer', 'operations') and g.submission <> 'failed' then g.given_order end) over (
            partition by d.shipment_key, d.given_order
        ) as first_own_order
    from details as d
    inner join given as g
        on
            d.shipment_key = g.shipment_key and d.epoch = g.epoch
            and d.given_order > g.given_order and d.live_cycle <= g.reached
    where g.is_moving
),

newest as (
    select
        shipment_key,
        given_order,
        max(earlier_order) as newest_order,
        max_by(action, earlier_order) = 'reattempt' and max_by(submission, earlier_order) <> 'failed'
        or coalesce(max_by(action, earlier_order) filter (where is_accepted_by_then) = 'reattempt', false) as is_carried
    from earlier
    where not is_details and (not is_fallback or first_own_order is null or earlier_order < first_own_order)
    group by shipment_key, given_order
),

alone as (
    select
        d.*,
        coalesce(n.newest_order, 0) as newest_order,
        row_number() over (
            partition by d.shipment_key, d.epoch, coalesce(n.newest_order, 0), d.live_cycle order by d.given_order
        ) = 1 as is_first_of_cycle
    from details as d
    left join newest as n
        on d.shipment_key = n.shipment_key and d.given_order = n.given_order
    where not coalesce(n.is_carried, false)
),

carried_by_details as (
    select distinct d.shipment_key, d.given_order
    from alone as d
    inner join alone as o
        on
            d.shipment_key = o.shipment_key and d.epoch = o.epoch and d.live_cycle <= o.reached
            and d.given_order > o.given_order and d.newest_order < o.given_order
    where o.is_first_of_cycle
),

standing_details as (
    select a.shipment_key, a.epoch, a.given_order, a.live_cycle
    from alone as a
    left join carried_by_details as c
        on a.shipment_key = c.shipment_key and a.given_order = c.given_order
    where c.given_order is null
),

-- Standing details take the place of what was not accepted, so that it lives in no later cycle than theirs; an rto of
-- operations they contradict.
replaced as (
    select g.shipment_key, g.given_order, min(d.live_cycle) as last_cycle
    from given as g
    inner join standing_details as d
        on g.shipment_key = d.shipment_key and g.epoch = d.epoch and g.given_order < d.given_order
    where
        g.submission <> 'submitted'
        and (g.source <> 'operations' or g.action <> 'rto' or g.submission = 'failed')
    group by g.shipment_key, g.given_order
),

-- Carried details that were sent on their own are the instruction of that action, which has their source and instant.
sent as (
    select d.shipment_key, d.given_order as details_order, a.given_order as action_order, d.customer_response
    from given as d
    inner join given as a
        on d.shipment_key = a.shipment_key and d.source = a.source and d.instructed_at = a.instructed_at
    left join standing_details as s
        on d.shipment_key = s.shipment_key and d.given_order = s.given_order
    where d.is_details and a.action = 'update_details' and s.given_order is null
),

-- Details that a live reattempt carries stay an instruction of their own, which moves nothing and is not judged.
final as (
    select
        g.* replace (
            case when g.is_details and s.given_order is null then 'update_details' else g.action end as action,
            g.is_moving and (not g.is_details or s.given_order is not null) as is_moving,
            case when not g.is_details or s.given_order is not null then g.requested_on end as requested_on,
            least(g.reached, coalesce(r.last_cycle, g.reached)) as reached,
            coalesce(g.customer_response, a.customer_response) as customer_response
        )
    from given as g
    left join standing_details as s
        on g.shipment_key = s.shipment_key and g.given_order = s.given_order
    left join replaced as r
        on g.shipment_key = r.shipment_key and g.given_order = r.given_order
    left join sent as a
        on g.shipment_key = a.shipment_key and g.given_order = a.action_order
    left join sent as d
        on g.shipment_key = d.shipment_key and g.given_order = d.details_order
    where d.details_order is null
)

select * from final
