{# CTEs that end in `medians`: one row for each group of `by`, with median_response_minutes of the cases in the CTE
   `cases` (columns of fct_ndr_cases). A case that was never contacted counts as still waiting until it ended, or
   until as_of: neither dropped nor taken as reached (Kaplan-Meier). Null where fewer than half are reached. Where the
   curve rests at one half, the middle of that rest, so that it is the common median when everybody was reached.
   Cases without a time of day (no band) are left out. #}
{% macro median_response(by) -%}
{%- set by = by | join(', ') -%}
waits as (
    select
        {{ by }},
        first_contact_at is not null as is_reached,
        coalesce(response_minutes, {{ minutes_between('first_ndr_at', 'coalesce(closed_at, ' ~ as_of() ~ ')') }}) as minutes
    from cases
    where response_band is not null
),

leaving as (
    select {{ by }}, minutes, count(*) as leaving, count(*) filter (where is_reached) as reached
    from waits
    group by {{ by }}, minutes
),

at_risk as (
    select
        {{ by }}, minutes, reached,
        sum(leaving) over (
            partition by {{ by }} order by minutes desc rows between unbounded preceding and current row
        ) as at_risk
    from leaving
),

surviving as (
    select
        {{ by }}, minutes,
        exp(sum(ln(greatest(1.0 - cast(reached as double) / at_risk, 1e-300))) over (
            partition by {{ by }} order by minutes rows between unbounded preceding and current row
        )) as share,
        lead(minutes) over (partition by {{ by }} order by minutes) as next_minutes
    from at_risk
    where reached > 0
),

medians as (
    select
        {{ by }},
        min_by(
            case when share > 0.5 - 1e-9 then (minutes + coalesce(next_minutes, minutes)) / 2 else minutes end, minutes
        ) as median_response_minutes
    from surviving
    where share <= 0.5 + 1e-9
    group by {{ by }}
)
{%- endmacro %}
