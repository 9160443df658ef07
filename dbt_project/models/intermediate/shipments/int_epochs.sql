-- Grain: shipment_key, epoch; only AWBs that a courier used again. A manifest for an order that is new to the AWB
-- begins a life after a terminal event of the one before, or after 30 days without scans.
with suspects as (
    select shipment_key from {{ ref('int_eventful_shipments') }}
    where may_be_reused
),

orders as (
    select
        m.shipment_key,
        m.order_id,
        min(m.manifested_at) as manifested_at
    from {{ ref('stg_manifests') }} as m
    inner join suspects as s on m.shipment_key = s.shipment_key
    group by m.shipment_key, m.order_id
),

manifests as (
    select
        o.shipment_key,
        o.manifested_at,
        row_number() over (partition by o.shipment_key order by o.manifested_at, o.order_id) as manifest_number,
        -- Before the first manifest there is all time: a null would make the join below one of every row with every row.
        coalesce(
            lag(o.manifested_at) over (partition by o.shipment_key order by o.manifested_at, o.order_id),
            {{ beginning_of_time() }}
        ) as previous_at
    from orders as o
),

scans as (
    select * from {{ ref('int_reuse_scans') }}
),

-- What lay between a manifest and the one before it.
intervals as (
    select
        m.shipment_key,
        m.manifest_number,
        m.manifested_at,
        m.previous_at,
        max(s.scanned_at) as last_scan_at,
        min(s.moment) filter (where not s.is_return_leg) as first_forward_moment,
        max(s.moment) filter (where s.is_terminal) as last_terminal_moment
    from manifests as m
    left join scans as s
        on
            m.shipment_key = s.shipment_key
            and s.scanned_at < m.manifested_at
            and s.scanned_at >= m.previous_at
    group by m.shipment_key, m.manifest_number, m.manifested_at, m.previous_at
),

ended as (
    select
        *,
        -- A return-leg scan before any forward scan tells of the life before, so it ends none of this one.
        coalesce(last_terminal_moment >= first_forward_moment, false) as has_ended_itself,
        (last_scan_at is not null or manifest_number > 1)
        and greatest(coalesce(last_scan_at, previous_at), previous_at) <= manifested_at - interval '30' day as is_silent
    from intervals
),

starts as (
    select
        *,
        lag(last_terminal_moment is not null or is_silent) over (
            partition by shipment_key order by manifest_number
        ) as is_after_begun_life
    from ended
),

lives as (
    select
        shipment_key,
        cast(
            extract(year from {{ ist_date('manifested_at') }}) * 10000
            + extract(month from {{ ist_date('manifested_at') }}) * 100
            + extract(day from {{ ist_date('manifested_at') }}) as int
        ) as epoch,
        min(manifested_at) as begun_at
    from starts
    where is_silent or has_ended_itself or (last_terminal_moment is not null and not coalesce(is_after_begun_life, false))
    group by shipment_key, epoch
),

all_lives as (
    select shipment_key, epoch, begun_at from lives
    union all
    select distinct shipment_key, 0 as epoch, {{ beginning_of_time() }} as begun_at from lives
),

final as (
    select
        shipment_key,
        epoch,
        begun_at,
        coalesce(lead(begun_at) over (partition by shipment_key order by begun_at), {{ end_of_time() }}) as ended_at
    from all_lives
)

select * from final
