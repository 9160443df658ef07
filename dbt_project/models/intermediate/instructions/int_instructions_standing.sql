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

earlier as (
    select
        d.shipment_key,
        d.given_order,
        g.given_order as earlier_order,
        g.action,
        g.submission,
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
    where g.is_moving and not g.is_details
),

newest as (
    select
        shipment_key,
        given_order,
        max(earlier_order) as newest_order,
        max_by(action, earlier_order) = 'reattempt' and max_by(submission, earlier_order) <> 'failed'
        or coalesce(max_by(action, earlier_order) filter (where is_accepted_by_then) = 'reattempt', false) as is_carried
    from earlier
    where not is_fallback or first_own_order is null or earlier_order < first_own_order
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

followed as (
    select
        *,
        max(case when is_first_of_cycle then reached end) over (
            partition by shipment_key, epoch, newest_order order by given_order
            rows between unbounded preceding and 1 preceding
        ) as live_until
    from alone
),

standing_details as (
    select shipment_key, given_order from followed
    where live_until is null or live_until < live_cycle
),

-- Details that a live reattempt carries stay an instruction of their own, which moves nothing and is not judged.
final as (
    select
        g.* replace (
            case when g.is_details and s.given_order is null then 'update_details' else g.action end as action,
            g.is_moving and (not g.is_details or s.given_order is not null) as is_moving,
            case when not g.is_details or s.given_order is not null then g.requested_on end as requested_on
        )
    from given as g
    left join standing_details as s
        on g.shipment_key = s.shipment_key and g.given_order = s.given_order
)

select * from final
