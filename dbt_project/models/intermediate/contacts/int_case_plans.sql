{{ config(database='warehouse', materialized='incremental', incremental_strategy='rejudged') }}
-- Grain: shipment_key, epoch of an open case. What the playbook says of its latest failure: the row that held when the
-- parcel failed, as it is known now.
with cases as (
    select c.shipment_key, c.epoch, c.cycles
    from {{ ref('int_cases') }} as c
    inner join {{ ref('int_lives') }} as l on c.shipment_key = l.shipment_key and c.epoch = l.epoch
    where l.shipment_outcome = 'open'
),

cycles as (
    select * from {{ ref('int_cycles') }}
),

playbook as (
    select * from {{ ref('stg_playbook') }}
),

planned as (
    select
        c.shipment_key,
        c.epoch,
        y.reason_bucket as latest_reason_bucket,
        p.script,
        p.channel,
        p.hold_hours,
        p.default_action,
        p.suggested_action,
        p.advice,
        p.recovery_chance,
        p.high_value_cod,
        y.opened_at + p.deadline_hours * interval '1' hour as decide_by_at,
        y.opened_at + p.hold_hours * interval '1' hour as hold_until_at,
        row_number() over (
            partition by c.shipment_key, c.epoch order by p.known_at desc, p.begins_at desc
        ) as preference
    from cases as c
    inner join cycles as y on c.shipment_key = y.shipment_key and c.epoch = y.epoch and c.cycles = y.cycle_number
    inner join playbook as p
        on y.reason_bucket = p.reason_bucket and y.opened_at >= p.begins_at and y.opened_at < p.ends_at
),

final as (
    select
        shipment_key, epoch, latest_reason_bucket, script, channel, hold_hours, default_action,
        suggested_action, advice, recovery_chance, high_value_cod, decide_by_at,
        hold_until_at
    from planned
    where preference = 1
)

select * from final
