{{ config(materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail') }}
-- Grain: breached instruction: an accepted reattempt that the courier answered with a return. With its proof.
with breaches as (
    select * from {{ ref('int_instructions') }} where outcome = 'sla_breached'
),

-- Of several answers of one instant and instruction the reference that comes first in the alphabet.
accepted as (
    select
        shipment_key,
        {{ given_order('instructed_at', 'source', 'action') }} as given_order,
        coalesce(responded_at, submitted_at, instructed_at) as accepted_at,
        min(courier_reference) as courier_reference
    from {{ ref('stg_action_versions') }}
    where result = 'accepted' and courier_reference is not null
    group by shipment_key, given_order, accepted_at
),

proven as (
    select
        {{ instruction_id('s.shipment_id', 'i.source', 'i.action', 'i.instructed_at') }} as instruction_id,
        case when i.is_case then s.shipment_id end as case_id,
        s.courier,
        s.awb,
        i.epoch,
        i.cycle_number,
        i.source,
        i.action,
        s.order_id,
        s.payment_mode,
        s.order_value,
        s.pincode,
        i.instructed_at,
        i.accepted_at,
        i.acceptance_evidence,
        a.courier_reference as acceptance_reference,
        i.requested_on,
        i.window_start,
        i.window_end,
        i.outcome,
        i.outcome_reason,
        i.fault,
        i.decided_at,
        r.returned_at as return_started_at,
        {{ minutes_between('i.accepted_at', 'r.returned_at') }} / 60 as hours_to_return,
        r.attempts_before,
        r.courier_attempt_number,
        r.max_attempts,
        r.notice_minutes,
        s.shipment_key
    from breaches as i
    inner join {{ ref('int_instruction_returns') }} as r
        on i.shipment_key = r.shipment_key and i.given_order = r.given_order
    inner join {{ ref('int_shipments') }} as s on i.shipment_key = s.shipment_key and i.epoch = s.epoch
    left join accepted as a
        on i.shipment_key = a.shipment_key and i.given_order = a.given_order and i.accepted_at = a.accepted_at
),

final as (
    select
        p.*,
        coalesce(e.escalation_state, 'not_raised') as escalation_state,
        e.escalated_at,
        coalesce(e.times_raised, 0) as times_raised
    from proven as p
    left join {{ ref('int_escalations') }} as e
        on p.shipment_key = e.shipment_key and p.instruction_id = e.instruction_id
)

select * from final
