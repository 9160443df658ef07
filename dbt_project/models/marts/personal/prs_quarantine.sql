-- Grain: source, expectation. What the door said of the first row that it kept back; it may quote the row's value.
with quarantine as (
    select * from {{ source('raw', 'quarantine') }}
),

final as (
    select
        source,
        expectation,
        min_by(message, row_number) as message
    from quarantine
    group by source, expectation
)

select * from final
