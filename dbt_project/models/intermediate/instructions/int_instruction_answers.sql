-- Grain: shipment_key, given_order. What the courier made of an instruction: of several actions that carried it the
-- first acceptance counts, else the last answer.
{% set columns = [
    'shipment_key', 'given_order', 'source', 'action', 'instructed_at', 'accepted_at', 'accepted_requested_on',
    'accepted_window', 'acceptance_evidence', 'sent_at', 'answered_at', 'result', 'result_reason', 'requested_on',
    'time_window',
] -%}
with actions as (
    select
        *,
        coalesce(submitted_at, answered_at) as sent_at,
        case when result = 'accepted' then answered_at end as accepted_at,
        case when result = 'accepted' then requested_on end as accepted_requested_on,
        case when result = 'accepted' then time_window end as accepted_window
    from {{ ref('stg_courier_actions') }}
),

repeated as (
    select shipment_key, given_order from actions group by shipment_key, given_order having count(*) > 1
),

marked as (
    select a.*, r.shipment_key is not null as is_repeated
    from actions as a
    left join repeated as r on a.shipment_key = r.shipment_key and a.given_order = r.given_order
),

ranked as (
    select
        *,
        row_number() over (
            partition by shipment_key, given_order order by accepted_at nulls last, action_id
        ) as acceptance,
        row_number() over (
            partition by shipment_key, given_order
            order by coalesce(answered_at, submitted_at) desc nulls last, action_id desc
        ) as recency
    from marked
    where is_repeated
),

merged as (
    select
        shipment_key,
        given_order,
        max(source) as source,
        max(action) as action,
        max(instructed_at) as instructed_at,
        min(accepted_at) as accepted_at,
        max(accepted_requested_on) filter (where acceptance = 1) as accepted_requested_on,
        max(accepted_window) filter (where acceptance = 1) as accepted_window,
        max(acceptance_evidence) filter (where acceptance = 1) as acceptance_evidence,
        min(sent_at) as sent_at,
        max(answered_at) filter (where recency = 1) as answered_at,
        max(result) filter (where recency = 1) as result,
        max(result_reason) filter (where recency = 1) as result_reason,
        min_by(requested_on, recency) filter (where requested_on is not null) as requested_on,
        min_by(time_window, recency) filter (where time_window is not null) as time_window
    from ranked
    group by shipment_key, given_order
),

single as (
    select {{ columns | join(', ') }} from marked where not is_repeated
    union all
    select {{ columns | join(', ') }} from merged
),

final as (
    select s.*, l.epoch
    from single as s
    inner join {{ ref('int_shipments') }} as l
        on s.shipment_key = l.shipment_key and s.instructed_at >= l.begun_at and s.instructed_at < l.ended_at
)

select * from final
