{{ config(database='warehouse', tags='vocabulary') }}
-- Grain: reason_bucket, valid_from, known_from. The playbook as it was known at as_of, its IST dates as instants:
-- a row holds from 00:00 of valid_from to the end of valid_to. Of rows that overlap the one learnt last counts.
with playbook as (
    select * from {{ ref('playbook') }}
    where known_from is null or {{ ist_midnight('known_from') }} <= {{ as_of() }}
),

final as (
    select
        *,
        coalesce({{ ist_midnight('valid_from') }}, {{ beginning_of_time() }}) as begins_at,
        coalesce({{ ist_midnight('valid_to') }} + interval '24' hour, {{ end_of_time() }}) as ends_at,
        coalesce({{ ist_midnight('known_from') }}, {{ beginning_of_time() }}) as known_at
    from playbook
)

select * from final
