-- Grain: shipment_key, epoch of an open case. What decides which action a courier may be asked, and whom to ask: the
-- aggregator through whom the parcel is booked, else its courier. An AWB that has a later life names another parcel to
-- the courier by now, so nothing is asked for the lives before.
with cases as (
    select c.shipment_key, c.epoch, c.cycles, c.last_ndr_at, c.attempts, l.latest_scan_at
    from {{ ref('int_cases') }} as c
    inner join {{ ref('int_lives') }} as l on c.shipment_key = l.shipment_key and c.epoch = l.epoch
    where l.shipment_outcome = 'open'
),

-- A return pickup of the customer says nothing of the parcel.
heads as (
    select
        s.shipment_key, s.epoch, s.native_code, s.native_reason,
        row_number() over (partition by s.shipment_key, s.epoch order by s.seq desc) as recency
    from {{ ref('int_scans') }} as s
    inner join cases as c on s.shipment_key = c.shipment_key and s.epoch = c.epoch
    where s.status_rank <> {{ rank_of('reverse') }}
),

dispatches as (
    select shipment_key, epoch, {{ ist_date('max(opened_at)') }} as out_on
    from {{ ref('int_attempts') }}
    where result = 'open'
    group by shipment_key, epoch
),

-- The rule that held at the latest failure, so that it is one for the whole cycle.
ruled as (
    select
        c.shipment_key,
        c.epoch,
        r.max_attempts,
        row_number() over (
            partition by c.shipment_key, c.epoch
            order by case when r.courier = '*' then 1 else 0 end, r.known_at desc, r.begins_at desc
        ) as place
    from cases as c
    inner join {{ ref('int_shipments') }} as s on c.shipment_key = s.shipment_key and c.epoch = s.epoch
    inner join {{ ref('stg_sla_rules') }} as r
        on r.courier in (s.courier, '*') and c.last_ndr_at >= r.begins_at and c.last_ndr_at < r.ends_at
),

final as (
    select
        c.shipment_key,
        c.epoch,
        s.shipment_id as case_id,
        s.courier,
        s.awb,
        coalesce(s.via, s.courier) as booked_with,
        i.carrier_id,
        n.aggregator is not null and i.carrier_id is null as is_carrier_unknown,
        c.cycles,
        c.last_ndr_at,
        c.attempts,
        coalesce(c.attempts >= r.max_attempts, false) as is_exhausted,
        g.stage,
        g.stage_reason,
        c.latest_scan_at,
        h.native_code,
        h.native_reason,
        d.out_on
    from cases as c
    inner join {{ ref('int_shipments') }} as s on c.shipment_key = s.shipment_key and c.epoch = s.epoch
    inner join {{ ref('int_case_stages') }} as g on c.shipment_key = g.shipment_key and c.epoch = g.epoch
    left join {{ source('raw', 'carrier_ids') }} as i on s.via = i.aggregator and s.courier = i.courier
    left join (select distinct aggregator from {{ source('raw', 'carrier_ids') }}) as n on s.via = n.aggregator
    left join ruled as r on c.shipment_key = r.shipment_key and c.epoch = r.epoch and r.place = 1
    left join heads as h on c.shipment_key = h.shipment_key and c.epoch = h.epoch and h.recency = 1
    left join dispatches as d on c.shipment_key = d.shipment_key and c.epoch = d.epoch
    where s.ended_at = {{ end_of_time() }}
)

select * from final
