-- Grain: shipment_key, epoch of a case that was contacted: by a message that its channel accepted or by a call,
-- from the first failure to the end of the case. Minutes need a time of day on both sides.
with cases as (
    select c.shipment_key, c.epoch, c.first_ndr_at, c.is_first_ndr_date_only, l.closed_at
    from {{ ref('int_cases') }} as c
    inner join {{ ref('int_lives') }} as l on c.shipment_key = l.shipment_key and c.epoch = l.epoch
),

contacts as (
    select shipment_key, epoch, contacted_at, is_contact_date_only as is_date_only
    from {{ ref('int_messages') }}
    where contacted_at is not null
    union all
    select shipment_key, epoch, acted_at as contacted_at, is_date_only
    from {{ ref('int_ops_feedback') }}
    where call_outcome is not null
),

first_contacts as (
    select
        c.shipment_key,
        c.epoch,
        c.first_ndr_at,
        c.is_first_ndr_date_only,
        min(n.contacted_at) as first_contact_at,
        min(n.contacted_at) filter (where not n.is_date_only) as first_timed_contact_at
    from cases as c
    inner join contacts as n
        on
            c.shipment_key = n.shipment_key
            and c.epoch = n.epoch
            and c.first_ndr_at <= n.contacted_at
            and n.contacted_at <= coalesce(c.closed_at, {{ end_of_time() }})
    group by c.shipment_key, c.epoch, c.first_ndr_at, c.is_first_ndr_date_only
),

final as (
    select
        shipment_key,
        epoch,
        first_contact_at,
        case
            when not is_first_ndr_date_only and first_timed_contact_at = first_contact_at
                then {{ minutes_between('first_ndr_at', 'first_contact_at') }}
        end as response_minutes
    from first_contacts
)

select * from final
