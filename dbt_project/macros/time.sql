{# Time in one place: instants are UTC, business dates are dates in Asia/Kolkata (UTC+05:30, no summer time).
   All of it is arithmetic on epoch microseconds, which is many times faster than zone conversion on DuckDB
   and means the same on Spark. #}

{# The instant the warehouse is asked about, as a literal. The build writes it into raw.build_context: a variable
   would make dbt parse the whole project anew at every build. Without a warehouse (a linter) it is 1970. #}
{% macro as_of() -%}{{ instant(build_context("strftime(as_of, '%Y-%m-%d %H:%M:%S.%f')", '1970-01-01 00:00:00') ~ '+00:00') }}{%- endmacro %}

{# The last good build's instant, or this one's where there is none, and the last load that it saw, as literals: only with
   literals are the parts of raw skipped that hold older rows. #}
{% macro previous_as_of() -%}
    {{ instant(
        build_context("strftime(coalesce(previous_as_of, as_of), '%Y-%m-%d %H:%M:%S.%f')", '1970-01-01 00:00:00') ~ '+00:00'
    ) }}
{%- endmacro %}
{% macro previous_load_id() -%}{{ build_context('coalesce(previous_load_id, 0)', 0) }}{%- endmacro %}

{% macro build_context(value, otherwise) -%}
    {%- set context = load_relation(source('raw', 'build_context')) if execute else none -%}
    {{ return(otherwise if context is none else run_query('select ' ~ value ~ ' from ' ~ context).rows[0][0]) }}
{%- endmacro %}

{# A literal instant; text is 'YYYY-MM-DD HH:MM:SS[.ffffff]+HH:MM'. #}
{% macro instant(text) -%}{{ return(adapter.dispatch('instant', 'ndr')(text)) }}{%- endmacro %}
{% macro default__instant(text) -%}cast('{{ text }}' as timestamp){%- endmacro %}
{% macro duckdb__instant(text) -%}timestamptz '{{ text }}'{%- endmacro %}

{# Microseconds since 1970-01-01 UTC, BIGINT. #}
{% macro epoch_micros(ts) -%}{{ return(adapter.dispatch('epoch_micros', 'ndr')(ts)) }}{%- endmacro %}
{% macro default__epoch_micros(ts) -%}unix_micros({{ ts }}){%- endmacro %}
{% macro duckdb__epoch_micros(ts) -%}epoch_us({{ ts }}){%- endmacro %}

{# Whole days since 1970-01-01 of the IST date of an instant, INT. #}
{% macro ist_day_number(ts) -%}{{ return(adapter.dispatch('ist_day_number', 'ndr')(ts)) }}{%- endmacro %}
{% macro default__ist_day_number(ts) -%}cast(floor((unix_micros({{ ts }}) + 19800000000) / 86400000000) as int){%- endmacro %}
{% macro duckdb__ist_day_number(ts) -%}cast((epoch_us({{ ts }}) + 19800000000) // 86400000000 as int){%- endmacro %}

{# The date of a day number, DATE. #}
{% macro day_to_date(day) -%}{{ return(adapter.dispatch('day_to_date', 'ndr')(day)) }}{%- endmacro %}
{% macro default__day_to_date(day) -%}date_add(date '1970-01-01', {{ day }}){%- endmacro %}
{% macro duckdb__day_to_date(day) -%}(date '1970-01-01' + {{ day }}){%- endmacro %}

{# Day number of a DATE, INT. #}
{% macro date_to_day(d) -%}{{ return(adapter.dispatch('date_to_day', 'ndr')(d)) }}{%- endmacro %}
{% macro default__date_to_day(d) -%}datediff({{ d }}, date '1970-01-01'){%- endmacro %}
{% macro duckdb__date_to_day(d) -%}cast({{ d }} - date '1970-01-01' as int){%- endmacro %}

{# The IST date of an instant, DATE. #}
{% macro ist_date(ts) -%}{{ day_to_date(ist_day_number(ts)) }}{%- endmacro %}

{# The Monday of the IST week of an instant, DATE; 1970-01-01 was a Thursday. #}
{% macro ist_week(ts) -%}
    {{ day_to_date('(' ~ ist_day_number(ts) ~ ' - (' ~ ist_day_number(ts) ~ ' + 3) % 7)') }}
{%- endmacro %}

{# The instant of 00:00 IST of a date. #}
{% macro ist_midnight(d) -%}{{ return(adapter.dispatch('ist_midnight', 'ndr')(d)) }}{%- endmacro %}
{% macro default__ist_midnight(d) -%}timestamp_micros(cast(datediff({{ d }}, date '1970-01-01') as bigint) * 86400000000 - 19800000000){%- endmacro %}
{% macro duckdb__ist_midnight(d) -%}make_timestamptz(cast({{ d }} - date '1970-01-01' as bigint) * 86400000000 - 19800000000){%- endmacro %}

{# Minutes past midnight IST of an instant, 0 to 1439, INT. #}
{% macro ist_minute_of_day(ts) -%}{{ return(adapter.dispatch('ist_minute_of_day', 'ndr')(ts)) }}{%- endmacro %}
{% macro default__ist_minute_of_day(ts) -%}cast(floor(pmod(unix_micros({{ ts }}) + 19800000000, 86400000000) / 60000000) as int){%- endmacro %}
{% macro duckdb__ist_minute_of_day(ts) -%}cast(((epoch_us({{ ts }}) + 19800000000) % 86400000000) // 60000000 as int){%- endmacro %}

{# Whole minutes since the epoch, BIGINT: two scans of one minute share it. #}
{% macro minute_number(ts) -%}{{ return(adapter.dispatch('minute_number', 'ndr')(ts)) }}{%- endmacro %}
{% macro default__minute_number(ts) -%}cast(floor(unix_micros({{ ts }}) / 60000000) as bigint){%- endmacro %}
{% macro duckdb__minute_number(ts) -%}(epoch_us({{ ts }}) // 60000000){%- endmacro %}

{# Elapsed minutes from a to b, DOUBLE, not rounded. #}
{% macro minutes_between(a, b) -%}(({{ epoch_micros(b) }} - {{ epoch_micros(a) }}) / 60000000.0){%- endmacro %}

{# Whether an instant stands for a bare date: the last microsecond of its IST day. #}
{% macro is_date_only(ts) -%}(({{ epoch_micros(ts) }} + 19800000001) % 86400000000 = 0){%- endmacro %}

{# Begin of the earliest and end of the latest life of an AWB: before and after every event. #}
{% macro beginning_of_time() -%}{{ instant('1900-01-01 00:00:00+00:00') }}{%- endmacro %}
{% macro end_of_time() -%}{{ instant('9999-01-01 00:00:00+00:00') }}{%- endmacro %}

{# A missing instant, typed. #}
{% macro null_instant() -%}{{ return(adapter.dispatch('null_instant', 'ndr')()) }}{%- endmacro %}
{% macro default__null_instant() -%}cast(null as timestamp){%- endmacro %}
{% macro duckdb__null_instant() -%}cast(null as timestamptz){%- endmacro %}
