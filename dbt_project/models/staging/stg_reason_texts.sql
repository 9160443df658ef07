{{ config(database='warehouse', tags='vocabulary') }}
-- Grain: courier, text. Free texts that plainly say a reason; they win over the reason of the code, as public
-- lists contradict each other about what a code means.
with texts as (
    select
        courier,
        lower(trim(native_text)) as text,
        reason_bucket,
        row_number() over (
            partition by courier, lower(trim(native_text)) order by known_from desc nulls last, reason_bucket
        ) as recency
    from {{ source('raw', 'courier_codes') }}
    where
        coalesce(native_code, '') = ''
        and coalesce(native_reason, '') = ''
        and native_text is not null
        and coalesce(known_from, {{ beginning_of_time() }}) <= {{ as_of() }}
),

final as (
    select courier, text, reason_bucket from texts where recency = 1
)

select * from final
