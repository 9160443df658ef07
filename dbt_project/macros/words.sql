{# A whole amount of rupees with Indian grouping, as text: 124300 is ₹1,24,300. #}
{% macro rupees(amount) -%}
{%- set v = 'cast(round(' ~ amount ~ ') as bigint)' -%}
case
    when {{ v }} < 1000 then '₹' || {{ v }}
    when {{ v }} < 100000 then '₹' || {{ thousands(v, 1000) }} || ',' || lpad(cast({{ v }} % 1000 as string), 3, '0')
    else '₹' || {{ thousands(v, 100000) }} || ',' || lpad(cast({{ thousands(v, 1000) }} % 100 as string), 2, '0')
        || ',' || lpad(cast({{ v }} % 1000 as string), 3, '0')
end
{%- endmacro %}

{% macro thousands(v, unit) -%}cast(floor({{ v }} / {{ unit }}.0) as bigint){%- endmacro %}

{# A length of time in plain words, from minutes: '40 min', '5 h', '3 days'. #}
{% macro hours_words(minutes) -%}
case
    when {{ minutes }} < 60 then cast(cast(floor({{ minutes }}) as int) as string) || ' min'
    when {{ minutes }} < 2880 then cast(cast(floor({{ minutes }} / 60) as int) as string) || ' h'
    else cast(cast(floor({{ minutes }} / 1440) as int) as string) || ' days'
end
{%- endmacro %}

{# The minute of a scan, a dated one's that of the first timed scan which it joins: the same `by` and day. #}
{% macro shared_minute(by) -%}
    coalesce(
        case when is_date_only then min(case when not is_date_only then minute end) over (partition by {{ by }}, day) end,
        minute
    )
{%- endmacro %}
