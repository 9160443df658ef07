{{ config(materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail') }}
-- Grain: instruction, event of fct_case_events. The facts of the case on which a judgement stands.
with instructions as (
    select
        i.*, s.shipment_id,
        i.outcome_reason in ('direct_rto', 'attempts_exhausted') as is_counted,
        case when i.outcome_reason like 'already_%' then l.closed_at else i.decided_at end as proven_at
    from {{ ref('int_instructions') }} as i
    inner join {{ ref('int_shipments') }} as s on i.shipment_key = s.shipment_key and i.epoch = s.epoch
    inner join {{ ref('int_lives') }} as l on i.shipment_key = l.shipment_key and i.epoch = l.epoch
    where i.is_case
),

events as (
    select shipment_key, epoch, event_id, occurred_at, lane, kind, reason_bucket, leg from {{ ref('fct_case_events') }}
    where kind not in ('message', 'action_sent') and {{ only_rejudged() }}
),

-- Attempts are counted up to the acceptance; a dispatch or an outside cause counts between it and the return.
joined as (
    select
        i.shipment_key,
        {{ instruction_id('i.shipment_id', 'i.source', 'i.action', 'i.instructed_at') }} as instruction_id,
        i.shipment_id as case_id,
        e.event_id,
        case
            when e.occurred_at = i.instructed_at and e.lane = i.source then 'given'
            when e.occurred_at = i.accepted_at and e.kind = 'action_accepted' then 'accepted'
            when e.occurred_at = i.proven_at then 'decided'
            when coalesce(e.leg, 'return') <> 'forward' then null
            when e.occurred_at <= i.accepted_at and e.kind = 'failed_delivery' and i.is_counted then 'before'
            when e.occurred_at <= i.accepted_at or e.occurred_at >= i.decided_at then null
            when i.outcome_reason = 'unverified_attempt' and e.kind = 'out_for_delivery' then 'between'
            when i.outcome_reason = 'external_factor' and e.reason_bucket = 'external_factor' then 'between'
        end as role
    from instructions as i
    inner join events as e on i.shipment_key = e.shipment_key and i.epoch = e.epoch
),

final as (
    select instruction_id, case_id, event_id, role, shipment_key from joined
    where role is not null
)

select * from final
