{# CTEs that end in `incidence`: how large a share of a cohort has been delivered by the end of each day after its first
   failure, when other ends compete and not everybody has been watched for as long (Aalen and Johansen 1978).

   They start from the CTE `exits`, with the columns `by` that name a cohort, last_day, kind, and a number of `cases`.
     last_day: the last whole day, counted from the day of the failure (0), on which the case was watched;
     kind: delivered, rto or other where it ended on that day; censored where it was open all of it.
   Within a day, ends come before censorings: who is censored on a day was watched to its end. A day that as_of has not
   finished must count for nobody, else its ends would be set against people who were seen for half of it.

   Columns of `incidence`: by, day, at_risk, delivered, rto, other (cases of that day), watched (cases that the estimate
   rests on: at_risk over the share still open), incidence and incidence_rto (by the end of the day), incidence_low and
   _high (95%, of delivery). A cohort's rows stop where nobody is watched any more, and go on to the last day where all
   have ended.

   Variance: the delta method on the hazards of each day (Dinse and Larson 1986; Gaynor et al. 1993; Marubini and
   Valsecchi 1995, 10.12), which without censoring is the binomial one. Interval: Wilson's, with the number of cases that
   would give this variance (Rothman 1978); where the incidence is 0 or 1 and has no variance, with `watched`
   (Peto et al. 1977). #}
{% macro cumulative_incidence(by, days) -%}
{%- set cohort = by | join(', ') -%}
{%- set so_far = 'over (partition by ' ~ cohort ~ ' order by day rows between unbounded preceding and current row)' -%}
{%- set before = 'over (partition by ' ~ cohort ~ ' order by day rows between unbounded preceding and 1 preceding)' -%}
{%- set onwards = 'over (partition by ' ~ cohort ~ ' order by day desc rows between unbounded preceding and current row)' -%}
days as (
    {% for day in range(days + 1) %}{{ 'union all ' if day }}select {{ day }} as day {% endfor %}
),

-- Who stays longer than the last day stays to its end. A row without cases makes each cohort have every day.
spread as (
    select {{ cohort }}, least(last_day, {{ days }}) as day, case when last_day <= {{ days }} then kind end as kind, cases
    from exits
    where last_day >= 0
    union all
    select {{ cohort }}, day, null as kind, 0 as cases
    from (select distinct {{ cohort }} from exits) as cohorts
    cross join days
),

counted as (
    select
        {{ cohort }},
        day,
        cast(sum(sum(cases)) {{ onwards }} as double) as at_risk,
        cast(coalesce(sum(cases) filter (where kind = 'delivered'), 0) as double) as delivered,
        cast(coalesce(sum(cases) filter (where kind = 'rto'), 0) as double) as rto,
        cast(coalesce(sum(cases) filter (where kind = 'other'), 0) as double) as other
    from spread
    group by {{ cohort }}, day
),

-- The product of the shares that stay open, as a sum of logarithms. After a day on which all at risk ended nobody is at
-- risk, so that its factor of 0 is never needed.
staying as (
    select
        *,
        delivered + rto + other as ended,
        exp(coalesce(
            sum(case when at_risk > delivered + rto + other then ln(1.0 - (delivered + rto + other) / at_risk) else 0.0 end)
            {{ before }}, 0.0
        )) as open_before
    from counted
),

hazards as (
    select
        *,
        case when at_risk > 0 then open_before * delivered / at_risk else 0.0 end as step,
        case when at_risk > 0 then open_before * rto / at_risk else 0.0 end as step_rto,
        case when at_risk > ended then ended / (at_risk * (at_risk - ended)) else 0.0 end as spread_of_open,
        at_risk > 0 and at_risk = ended as is_last_day
    from staying
),

risen as (
    select
        *,
        sum(step) {{ so_far }} as incidence,
        sum(step_rto) {{ so_far }} as incidence_rto,
        sum(delivered) {{ so_far }} as delivered_so_far,
        sum(ended - delivered) {{ so_far }} as ended_otherwise_so_far,
        min(case when at_risk > 0 then at_risk / open_before end) {{ so_far }} as watched,
        coalesce(bool_or(is_last_day) {{ so_far }}, false) as is_over
    from hazards
),

-- Sum over days j of (F - F_j)^2 a_j + S^2 (n - d) d / n^3 - 2 (F - F_j) S d / n^2, multiplied out.
varied as (
    select
        *,
        sum(case when at_risk > 0 then step * (open_before - step) / at_risk else 0.0 end) {{ so_far }}
        + incidence * incidence * sum(spread_of_open) {{ so_far }}
        - 2 * incidence * sum(incidence * spread_of_open) {{ so_far }}
        + sum(incidence * incidence * spread_of_open) {{ so_far }}
        - 2 * incidence * sum(case when at_risk > 0 then step / at_risk else 0.0 end) {{ so_far }}
        + 2 * sum(case when at_risk > 0 then incidence * step / at_risk else 0.0 end) {{ so_far }} as variance
    from risen
),

sized as (
    select
        *,
        case
            when delivered_so_far = 0 or (is_over and ended_otherwise_so_far = 0) then watched
            else incidence * (1.0 - incidence) / variance
        end as cases_alike
    from varied
),

incidence as (
    select
        {{ cohort }},
        day,
        cast(at_risk as bigint) as at_risk,
        cast(delivered as bigint) as delivered,
        cast(rto as bigint) as rto,
        cast(other as bigint) as other,
        cast(round(watched) as bigint) as watched,
        round(incidence, 6) as incidence,
        {{ wilson_low('incidence * cases_alike', 'cases_alike') }} as incidence_low,
        {{ wilson_high('incidence * cases_alike', 'cases_alike') }} as incidence_high,
        round(incidence_rto, 6) as incidence_rto
    from sized
    where at_risk > 0 or is_over
)
{%- endmacro %}
