{{ config(database='warehouse', tags='vocabulary') }}
-- Grain: courier, valid_from, known_from. The couriers' promises as they were known at as_of, their IST dates as
-- instants: a row holds from 00:00 of valid_from to the end of valid_to. Courier * stands for all that have no row.
with rules as (
    select * from {{ ref('sla_rules') }}
    where known_from is null or {{ ist_midnight('known_from') }} <= {{ as_of() }}
),

final as (
    select
        courier,
        max_attempts,
        notice_minutes,
        coalesce({{ ist_midnight('valid_from') }}, {{ beginning_of_time() }}) as begins_at,
        coalesce({{ ist_midnight('valid_to') }} + interval '24' hour, {{ end_of_time() }}) as ends_at,
        coalesce({{ ist_midnight('known_from') }}, {{ beginning_of_time() }}) as known_at
    from rules
)

select * from final
