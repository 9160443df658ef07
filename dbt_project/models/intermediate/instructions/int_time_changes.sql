{{ config(database='warehouse', materialized='incremental', incremental_strategy='rejudged') }}
-- Grain: shipment_key; open shipments. The next instant at which time alone may change what is said of one: a later build
-- judges it again from then on. Counted from the last good build, as this one may yet fail. Every comparison with as_of
-- in the models of an instruction or a stage has its instants here; one too many costs a little work, one too few would
-- leave a wrong word standing.
with lives as (
    select shipment_key, epoch, latest_scan_at from {{ ref('int_lives') }}
    where shipment_outcome = 'open'
),

instructions as (
    select i.*
    from {{ ref('int_instructions_standing') }} as i
    inner join lives as l on i.shipment_key = l.shipment_key and i.epoch = l.epoch
),

instants as (
    -- courier_silent
    select shipment_key, latest_scan_at + interval '72' hour as changes_at from lives
    union all
    select shipment_key, accepted_at + interval '72' hour as changes_at from instructions
    union all
    select shipment_key, {{ ist_midnight('requested_on') }} + interval '72' hour as changes_at from instructions
    -- disputed; a conflict, and the day after it in which the newest instruction is to be settled
    {% for hours in [24, 48, 72] -%}
    union all
    select shipment_key, instructed_at + interval '{{ hours }}' hour as changes_at from instructions
    {% endfor -%}
    union all
    select shipment_key, answered_at + interval '24' hour as changes_at from instructions
    -- overdue
    union all
    select
        shipment_key,
        {{ ist_midnight('requested_on') }}
        + case when is_overnight then until_minute else 1440 end * interval '1' minute as changes_at
    from instructions
),

final as (
    select i.shipment_key, min(i.changes_at) as changes_at
    from instants as i
    inner join {{ source('raw', 'build_context') }} as c on i.changes_at > coalesce(c.previous_as_of, c.as_of)
    group by i.shipment_key
)

select * from final
