-- Grain: instruction. How far the escalation of its breach is: the last step, and how often it was raised.
with steps as (
    select distinct shipment_key, instruction_id, escalated_at, step from {{ ref('stg_escalations') }}
),

-- Of one instant the later step of an escalation counts.
ordered as (
    select
        *,
        row_number() over (
            partition by shipment_key, instruction_id
            order by
                escalated_at desc,
                case step when 'raised' then 0 when 'answered' then 1 else 2 end desc, step desc
        ) as place
    from steps
),

final as (
    select
        shipment_key,
        instruction_id,
        max(step) filter (where place = 1) as escalation_state,
        max(escalated_at) as escalated_at,
        cast(count(*) filter (where step = 'raised') as int) as times_raised
    from ordered
    group by shipment_key, instruction_id
)

select * from final
