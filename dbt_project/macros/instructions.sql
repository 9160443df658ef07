{# A word that a machine says (`timeout`, `ineligible_status`); a sentence that a person or courier wrote is not
   published, only that there was one. #}
{% macro plain_word(column) -%}
    case
        when trim({{ column }}) = '' then null
        when trim({{ column }}) like '% %' or length(trim({{ column }})) > 40 then 'in_words'
        else lower(trim({{ column }}))
    end
{%- endmacro %}

{# Minutes past midnight of 'HH:MM', INT. #}
{% macro clock_minutes(hhmm) -%}
    (cast(substr({{ hhmm }}, 1, 2) as int) * 60 + cast(substr({{ hhmm }}, 4, 2) as int))
{%- endmacro %}

{# A window as ten characters, 'HH:MMHH:MM' with blanks for a missing side: one value, so that start and end always
   come from the same row; null where neither is given. #}
{% macro time_window(window_start, window_end) -%}
    case
        when {{ window_start }} is not null or {{ window_end }} is not null
            then coalesce({{ window_start }}, '     ') || coalesce({{ window_end }}, '     ')
    end
{%- endmacro %}

{% macro window_side(time_window, side) -%}
    nullif(trim(substr({{ time_window }}, {{ 1 if side == 'start' else 6 }}, 5)), '')
{%- endmacro %}

{% macro is_same_ist_day(a, b) -%}{{ ist_day_number(a) }} = {{ ist_day_number(b) }}{%- endmacro %}

{# Whether an instant is before the end of a requested date: 00:00 IST of the next day, or the end of its window
   where that is later. #}
{% macro is_before_end_of_request(ts, requested_on, is_overnight, until_minute) -%}
    {{ minutes_between(ist_midnight(requested_on), ts) }}
    < case when {{ is_overnight }} then {{ until_minute }} else 1440 end
{%- endmacro %}

{# One BIGINT for the instant, source and action that make an instruction: its identity within a shipment, and the
   order in which its instructions were given. Of one instant the customer's counts as later than a default or
   rule, operations' as later than the customer's. #}
{% macro given_order(instructed_at, source, action) -%}
    {{ epoch_micros(instructed_at) }} * 32
    + case {{ source }} when 'default' then 0 when 'rule' then 8 when 'customer' then 16 else 24 end
    + case {{ action }}
        when 'fake_attempt' then 0 when 'hold' then 1 when 'update_details' then 2 when 'reattempt' then 3
        when 'rto' then 4 else 5
    end
{%- endmacro %}

{% macro instruction_id(shipment_id, source, action, instructed_at) -%}
    {{ shipment_id }} || ':' || {{ source }} || ':' || {{ action }} || ':' || {{ epoch_micros(instructed_at) }}
{%- endmacro %}
