{# CTEs that end in `standardised`: one row for each group of `by` of the CTE `cases` (columns of fct_ndr_cases), with its
   counts and what its recovery would be on the reasons of all of `cases` (direct standardisation): the group's rate on
   each reason, weighted with that reason's share of all cases. Reasons that a group had no case of are left out and the
   other weights add up to one; reason_mix_covered says to how much.
   Its 95% interval puts the Wilson intervals of the reasons together by their distances from the rates (Zou, Huang and
   Zhang 2009), the mix taken as given: it stays within 0 and 1, and one reason alone has its own interval. #}
{% macro standardised_recovery(by) -%}
{%- set by = by | join(', ') -%}
mix as (
    select reason_bucket, cast(count(*) as double) / sum(count(*)) over () as share
    from cases
    group by reason_bucket
),

by_reason as (
    select
        {{ by }},
        reason_bucket,
        count(*) as cases,
        count(*) filter (where is_recovered) as recovered
    from cases
    group by {{ by }}, reason_bucket
),

weighed as (
    select
        r.*,
        m.share,
        cast(r.recovered as double) / r.cases as rate,
        {{ wilson_low('r.recovered', 'r.cases') }} as low,
        {{ wilson_high('r.recovered', 'r.cases') }} as high
    from by_reason as r
    inner join mix as m on r.reason_bucket = m.reason_bucket
),

-- Added up as decimals: a sum of doubles depends on the order of its rows, and a tie in the last digit shows it.
summed as (
    select
        {{ by }},
        cast(sum(cases) as bigint) as cases,
        cast(sum(recovered) as bigint) as recovered,
        {{ exact_sum('share * rate') }} as rates,
        {{ exact_sum('share * share * (rate - low) * (rate - low)') }} as squares_below,
        {{ exact_sum('share * share * (high - rate) * (high - rate)') }} as squares_above,
        {{ exact_sum('share') }} as covered
    from weighed
    group by {{ by }}
),

added as (
    select
        *,
        rates / covered as rate,
        sqrt(squares_below) / covered as below,
        sqrt(squares_above) / covered as above
    from summed
),

standardised as (
    select
        {{ by }},
        cases,
        recovered,
        round(rate, 12) as recovery_rate_standardised,
        round(greatest(rate - below, 0.0), 6) as recovery_rate_standardised_low,
        round(least(rate + above, 1.0), 6) as recovery_rate_standardised_high,
        round(covered, 12) as reason_mix_covered
    from added
)
{%- endmacro %}

{# The sum of doubles between -1 and 1 as a double, the same in whatever order its rows come (to 18 decimals). #}
{% macro exact_sum(expression) -%}
cast(sum(cast({{ expression }} as decimal(38, 18))) as double)
{%- endmacro %}
