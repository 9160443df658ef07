{{ config(materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail') }}
-- Grain: instruction. What each courier was asked to do, and what it did.
with instructions as (
    select * from {{ ref('int_instructions') }}
),

shipments as (
    select shipment_key, epoch, shipment_id, courier, awb from {{ ref('int_shipments') }}
),

-- What the courier owed, and had done, where a return overtook the instruction.
returns as (
    select
        shipment_key,
        given_order,
        attempts_before,
        courier_attempt_number,
        max_attempts,
        notice_minutes,
        case when rule_of = '*' then 'default' else 'courier' end as sla_rule_of,
        case when rule_begins_at > {{ beginning_of_time() }} then rule_begins_at end as sla_rule_begins_at
    from {{ ref('int_instruction_returns') }}
),

final as (
    select
        i.shipment_key,
        {{ instruction_id('s.shipment_id', 'i.source', 'i.action', 'i.instructed_at') }} as instruction_id,
        case when i.is_case then s.shipment_id end as case_id,
        s.courier,
        s.awb,
        i.epoch,
        i.cycle_number,
        i.source,
        i.action,
        i.instructed_at,
        i.requested_on,
        i.window_start,
        i.window_end,
        i.submission,
        i.submission_reason,
        i.sent_at as submitted_at,
        i.accepted_at,
        i.acceptance_evidence,
        i.outcome,
        i.outcome_reason,
        i.judged_by,
        i.fault,
        i.decided_at,
        i.customer_response,
        i.courier_response,
        case
            when i.submission <> 'submitted' then i.submission
            when i.outcome in ('sla_breached', 'not_honoured') then i.outcome
            else 'submitted'
        end as tab,
        i.is_carried_over,
        i.is_stale_basis,
        r.attempts_before,
        r.courier_attempt_number,
        r.max_attempts,
        r.notice_minutes,
        r.sla_rule_of,
        r.sla_rule_begins_at
    from instructions as i
    inner join shipments as s on i.shipment_key = s.shipment_key and i.epoch = s.epoch
    left join returns as r on i.shipment_key = r.shipment_key and i.given_order = r.given_order
)

select * from final
