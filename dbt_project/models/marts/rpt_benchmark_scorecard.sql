-- Grain: metric, source. Our own value against the bands of each published source, never averaged. A value in a gap is
-- `between bands`, with the gap's bounds; one under or over all of a source's bands is `below bands` or `above bands`.
with metrics as (
    select * from {{ ref('rpt_metrics') }}
),

benchmarks as (
    select * from {{ ref('benchmarks') }}
),

-- A band with one bound does not hold it, one with two holds both.
compared as (
    select
        b.*,
        m.own_value,
        m.n,
        coalesce(
            (m.own_value >= b.low and m.own_value <= b.high)
            or (b.low is null and m.own_value < b.high)
            or (b.high is null and m.own_value > b.low),
            false
        ) as is_held
    from benchmarks as b
    left join metrics as m on b.metric = m.metric
),

-- Where two bands meet the upper one counts.
held as (
    select *, row_number() over (partition by metric, source order by coalesce(low, -1) desc) as preference
    from compared
    where is_held
),

gaps as (
    select
        metric,
        source,
        own_value,
        n,
        max(high) filter (where high <= own_value) as low,
        min(low) filter (where low >= own_value) as high,
        bool_and(is_definition_same) as is_definition_same,
        min(definition_note) as definition_note
    from compared
    group by metric, source, own_value, n
),

final as (
    select
        g.metric,
        g.source,
        g.own_value,
        coalesce(g.n, 0) as n,
        case
            when h.band is not null then h.band
            when g.own_value is null then null
            when g.low is null then 'below bands'
            when g.high is null then 'above bands'
            else 'between bands'
        end as band,
        case when h.band is null then g.low else h.low end as low,
        case when h.band is null then g.high else h.high end as high,
        h.quoted_range,
        g.is_definition_same,
        g.definition_note
    from gaps as g
    left join held as h on g.metric = h.metric and g.source = h.source and h.preference = 1
)

select * from final
