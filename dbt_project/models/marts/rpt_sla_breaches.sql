{{ config(materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail') }}
-- Grain: breached instruction: an accepted reattempt that the courier answered with a return. With its proof.
with breaches as (
    select * from {{ ref('int_instructions') }} where outcome = 'sla_breached'
),

final as (
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
        -- Nothing records an escalation yet; with the ledger it comes from its entries.
        'not_raised' as escalation_state,
        s.shipment_key
    from breaches as i
    inner join {{ ref('int_instruction_returns') }} as r
        on i.shipment_key = r.shipment_key and i.given_order = r.given_order
    inner join {{ ref('int_shipments') }} as s on i.shipment_key = s.shipment_key and i.epoch = s.epoch
)

select * from final
