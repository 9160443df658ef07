-- Grain: ndr_week, response_band (null for cases whose failure or contact has no time of day). at_risk is who could still be
-- contacted in the band: still open and not contacted when it begins.
with cases as (
    select * from {{ ref('fct_ndr_cases') }}
),

bands as (
    select * from {{ ref('response_bands') }}
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
    select c.ndr_week, b.band_rank, count(*) as cases
    from cases as c
    inner join bands as b on c.response_band = b.response_band
    where c.response_band <> 'none'
    group by c.ndr_week, b.band_rank
),

-- Also of a band in which nobody of the week was contacted: its rows would be missed in a sum over weeks.
weeks as (
    select ndr_week, bool_and(is_mature) as is_mature
    from cases
    group by ndr_week
),

risk_sets as (
    select
        w.ndr_week,
        b.response_band,
        w.is_mature,
        sum(l.cases) as at_risk
    from weeks as w
    inner join leaving as l on w.ndr_week = l.ndr_week
    inner join bands as b on l.band_rank >= b.band_rank
    group by w.ndr_week, b.response_band, w.is_mature
),

-- Added up and not joined, as response_band may be null.
together as (
    select
        ndr_week,
        response_band,
        is_mature,
        1 as cases,
        case when is_recovered then 1 else 0 end as recovered,
        case when shipment_outcome = 'open' then 1 else 0 end as open_cases,
        cast(null as bigint) as at_risk
    from cases
    union all
    select
        ndr_week,
        response_band,
        is_mature,
        0 as cases,
        0 as recovered,
        0 as open_cases,
        at_risk
    from risk_sets
),

final as (
    select
        ndr_week,
        response_band,
        cast(sum(cases) as bigint) as cases,
        cast(sum(recovered) as bigint) as recovered,
        {{ recovery_rate_with_interval('sum(recovered)', 'sum(cases)') | indent(8) }},
        bool_and(is_mature) as is_mature,
        cast(sum(open_cases) as bigint) as open_cases,
        cast(max(at_risk) as bigint) as at_risk
    from together
    group by ndr_week, response_band
)

select * from final
