-- Grain: source, expectation. Rows that the door kept back. The example says where to look and no value, as a value
-- may be anything in a broken row, a phone number too.
with quarantine as (
    select * from {{ source('raw', 'quarantine') }}
),

final as (
    select
        source,
        expectation,
        min(feed) as feed,
        count(*) as rows,
        min(quarantined_at) as first_seen_at,
        max(quarantined_at) as last_seen_at,
        'row ' || min(row_number) || coalesce(', field ' || min_by(field, row_number), '') as example
    from quarantine
    group by source, expectation
)

select * from final
