-- Grain: shipment_key, epoch; at most one row a parcel. The open contradiction of its latest cycle: the latest
-- customer's and the latest operations' instruction, of which one returns and one reattempts. A third, newer
-- instruction of either settles it (so of a row of contradictions every other one stands), an acceptance too.
--   refused_at: when one of the two was refused, which ends it as well; null while neither is
with standing as (
    select * from {{ ref('int_instructions_standing') }}
    where is_moving and source in ('customer', 'operations') and reached >= latest_cycle
),

contested as (
    select shipment_key, epoch from standing
    group by shipment_key, epoch
    having min(source) <> max(source)
),

instructions as (
    select
        s.shipment_key, s.epoch, s.given_order, s.source, s.action, s.instructed_at, s.submission, s.answered_at,
        row_number() over (partition by s.shipment_key, s.epoch order by s.given_order) as place
    from standing as s
    inner join contested as c on s.shipment_key = c.shipment_key and s.epoch = c.epoch
),

partnered as (
    select
        *,
        max(place) over (partition by shipment_key, epoch) as last_place,
        case
            when source = 'customer' then max(case when source = 'operations' then place end) over earlier
            else max(case when source = 'customer' then place end) over earlier
        end as other_place
    from instructions
    window earlier as (partition by shipment_key, epoch order by place rows between unbounded preceding and 1 preceding)
),

paired as (
    select
        n.shipment_key,
        n.epoch,
        n.place,
        n.last_place,
        o.given_order as older_order,
        o.source as older_source,
        n.given_order as newer_order,
        n.instructed_at as begun_at,
        case when o.submission = 'failed' then o.answered_at end as older_refused_at,
        case when n.submission = 'failed' then n.answered_at end as newer_refused_at,
        coalesce(
            o.action <> n.action and o.action <> 'mark_delivered' and n.action <> 'mark_delivered'
            and o.submission <> 'submitted' and n.submission <> 'submitted',
            false
        ) as is_contradiction
    from partnered as n
    left join instructions as o on n.shipment_key = o.shipment_key and n.epoch = o.epoch and n.other_place = o.place
),

marked as (
    select
        *,
        is_contradiction and older_refused_at is null and newer_refused_at is null as is_open,
        max(case
            when not (is_contradiction and older_refused_at is null and newer_refused_at is null) then place
        end) over (
            partition by shipment_key, epoch order by place rows between unbounded preceding and 1 preceding
        ) as settled_place
    from paired
),

final as (
    select
        shipment_key,
        epoch,
        older_order,
        older_source,
        newer_order,
        begun_at,
        least(coalesce(older_refused_at, newer_refused_at), coalesce(newer_refused_at, older_refused_at)) as refused_at
    from marked
    where place = last_place and is_contradiction and (place - coalesce(settled_place, 0)) % 2 = 1
)

select * from final
