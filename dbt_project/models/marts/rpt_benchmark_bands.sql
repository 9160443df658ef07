-- Grain: metric, source, band. All bands of every published source, in the order of their bounds, with the one that our own
-- value is in.
with benchmarks as (
    select * from {{ ref('benchmarks') }}
),

scorecard as (
    select metric, source, band from {{ ref('rpt_benchmark_scorecard') }}
),

final as (
    select
        b.metric,
        b.source,
        b.band,
        cast(row_number() over (
            partition by b.metric, b.source order by coalesce(b.low, -1), coalesce(b.high, 1e9)
        ) as int) as band_order,
        b.low,
        b.high,
        b.quoted_range,
        coalesce(s.band = b.band, false) as is_ours
    from benchmarks as b
    left join scorecard as s on b.metric = s.metric and b.source = s.source
)

select * from final
