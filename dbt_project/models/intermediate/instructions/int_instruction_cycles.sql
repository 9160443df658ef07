{{ config(materialized='incremental', incremental_strategy='touched') }}
-- Grain: shipment_key, given_order. An instruction's own cycle and the last one that it carried over into. It
-- carries over a new failure that its requested date does not precede and that did not decide it; an rto or
-- mark_delivered without a date carries over every failure.
--   cycle_number: the cycle open when it was given; 1 before the first failure
--   reached:      the last cycle that it is live in; 0 if given before the first failure and stopped by it
with instructions as (
    select * from {{ ref('int_instructions_given') }} where {{ only_touched() }}
),

visits as (
    select * from {{ ref('int_instruction_visits') }} where {{ only_touched() }}
),

cycles as (
    select shipment_key, epoch, cycle_number, opened_at, {{ ist_date('opened_at') }} as opened_on
    from {{ ref('int_cycles') }}
    where {{ only_touched() }}
),

compared as (
    select
        i.shipment_key,
        i.given_order,
        c.cycle_number,
        c.opened_at,
        coalesce(c.opened_at <= i.instructed_at, false) as is_given_within,
        coalesce(
            i.is_moving
            and (c.opened_on <= i.requested_on or (i.action <> 'reattempt' and i.requested_on is null))
            and not coalesce(v.result = 'failed' and v.visited_at <= c.opened_at, false),
            false
        ) as is_carried
    from instructions as i
    left join cycles as c on i.shipment_key = c.shipment_key and i.epoch = c.epoch
    left join visits as v
        on i.shipment_key = v.shipment_key and i.given_order = v.given_order
),

final as (
    select
        shipment_key,
        given_order,
        greatest(coalesce(max(cycle_number) filter (where is_given_within), 1), 1) as cycle_number,
        coalesce(max(cycle_number) filter (where is_given_within or is_carried), 0) as reached,
        coalesce(max(cycle_number), 0) as latest_cycle,
        max(cycle_number) filter (where is_given_within) is null as is_before_first_failure,
        min(opened_at) filter (where not (is_given_within or is_carried)) as left_behind_at
    from compared
    group by shipment_key, given_order
)

select * from final
