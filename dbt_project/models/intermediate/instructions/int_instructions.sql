{{ config(materialized='view') }}
-- Grain: shipment_key, given_order; every instruction as judged at as_of, in the words of the contract.
with verdicts as (
    select * from {{ ref('int_instruction_verdicts') }}
),

words as (
    select * from {{ ref('outcome_reasons') }}
),

final as (
    select
        v.shipment_key,
        v.epoch,
        v.given_order,
        v.is_case,
        v.cycle_number,
        v.reached as reached_cycle,
        v.source,
        v.action,
        v.is_moving,
        v.instructed_at,
        v.requested_on,
        v.window_start,
        v.window_end,
        v.submission,
        v.submission_reason,
        v.sent_at,
        v.answered_at,
        v.accepted_at,
        v.acceptance_evidence,
        -- An accepted one without a reason waits; any other without one is not judged.
        case
            when v.outcome_reason is not null then w.outcome
            when v.is_moving and v.submission = 'submitted' then 'pending'
            else 'not_applicable'
        end as outcome,
        v.outcome_reason,
        w.rule as judged_by,
        w.fault,
        v.decided_at,
        v.customer_response,
        v.courier_response,
        v.reached > v.cycle_number as is_carried_over,
        v.is_stale_basis
    from verdicts as v
    left join words as w on v.action = w.action and v.outcome_reason = w.outcome_reason
)

select * from final
