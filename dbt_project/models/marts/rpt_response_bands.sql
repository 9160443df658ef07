-- Grain: ndr_week, response_band (null for cases whose failure or contact has no time of day). at_risk is who could still be
-- contacted in the band: still open and not contacted when it begins.
with cases as (
    select * from {{ ref('fct_ndr_cases') }}
),

bands as (
    select * from {{ ref('response_bands') }}
),

counted as (
    select
        ndr_week,
        response_band,
        count(*) as cases,
        count(*) filter (where is_recovered) as recovered,
        bool_and(is_mature) as is_mature,
        count(*) filter (where shipment_outcome = 'open') as open_cases
    from cases
    group by ndr_week, response_band
),

-- How long the never contacted waited, until they ended or as_of; in begun minutes, as the bands' bounds are whole ones.
waits as (
    select
        ndr_week,
        ceil(greatest({{ minutes_between('first_ndr_at', 'coalesce(closed_at, ' ~ as_of() ~ ')') }}, 0)) as minutes,
        count(*) as cases
    from cases
    where response_band = 'none'
    group by all
),

leaving as (
    select w.ndr_week, b.band_rank, w.cases
    from waits as w
    inner join bands as b on w.minutes > b.over_minutes and w.minutes <= coalesce(b.upto_minutes, w.minutes)
    union all
    select c.ndr_week, b.band_rank, c.cases
    from counted as c
    inner join bands as b on c.response_band = b.response_band
    where c.response_band <> 'none'
),

risk_sets as (
    select
        ndr_week,
        band_rank,
        sum(sum(cases)) over (
            partition by ndr_week order by band_rank desc rows between unbounded preceding and current row
        ) as at_risk
    from leaving
    group by ndr_week, band_rank
),

final as (
    select
        c.ndr_week,
        c.response_band,
        c.cases,
        c.recovered,
        {{ recovery_rate_with_interval('c.recovered', 'c.cases') | indent(8) }},
        c.is_mature,
        c.open_cases,
        case when c.response_band <> 'none' then cast(r.at_risk as bigint) end as at_risk
    from counted as c
    left join bands as b on c.response_band = b.response_band
    left join risk_sets as r on c.ndr_week = r.ndr_week and b.band_rank = r.band_rank
)

select * from final
