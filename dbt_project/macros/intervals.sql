{# 95% intervals of shares. All of them are Wilson's score interval (Wilson 1927): it stays within 0 and 1, is not empty
   at 0 or n, and covers close to 95% from about ten cases on (Brown, Cai and DasGupta 2001). How many cases make a
   rate firm enough to be shown is the pages' rule: dashboards/formats.py, SMALL_N. #}
{% macro z_95() -%}1.959963984540054{%- endmacro %}

{# The low and the high end for `part` of `n`, DOUBLE, null without n. `n` may be an effective number of cases. Rounded
   to a millionth, as the order in which parts were added up must not show. #}
{% macro wilson_low(part, n) -%}{{ wilson_end(part, n, '-') }}{%- endmacro %}
{% macro wilson_high(part, n) -%}{{ wilson_end(part, n, '+') }}{%- endmacro %}

{% macro wilson_end(part, n, sign) -%}
{%- set part, n = 'cast(' ~ part ~ ' as double)', 'cast(' ~ n ~ ' as double)' -%}
{%- set z2 = z_95() ~ ' * ' ~ z_95() -%}
case when {{ n }} > 0 then round(least(1.0, greatest(0.0, (
    {{ part }} + {{ z2 }} / 2
    {{ sign }} {{ z_95() }} * sqrt({{ part }} * ({{ n }} - {{ part }}) / {{ n }} + {{ z2 }} / 4)
) / ({{ n }} + {{ z2 }}))), 6) end
{%- endmacro %}

{# recovery_rate with the ends of its interval, from the counts `recovered` and `cases`. #}
{% macro recovery_rate_with_interval(recovered='recovered', cases='cases') -%}
case when {{ cases }} > 0 then cast({{ recovered }} as double) / {{ cases }} end as recovery_rate,
{{ wilson_low(recovered, cases) }} as recovery_rate_low,
{{ wilson_high(recovered, cases) }} as recovery_rate_high
{%- endmacro %}
