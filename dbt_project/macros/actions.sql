{# For how many seconds an agent can take back what was just entered, as a literal. #}
{% macro undo_seconds() -%}{{ build_context('coalesce(undo_seconds, 10)', 10) }}{%- endmacro %}

{# A value of a JSON object's first level, as text. #}
{% macro json_text(column, name) -%}{{ return(adapter.dispatch('json_text', 'ndr')(column, name)) }}{%- endmacro %}
{% macro default__json_text(column, name) -%}get_json_object({{ column }}, '$.{{ name }}'){%- endmacro %}
{% macro duckdb__json_text(column, name) -%}json_extract_string({{ column }}, '$.{{ name }}'){%- endmacro %}

{# What a courier makes of something that it was asked for, as a clause; nothing where it has a field for it. #}
{% macro difference(given, carried, noun) -%}
    case
        when {{ given }} is not null and {{ carried }} = 'remarks' then '; {{ noun }} goes into the remarks'
        when {{ given }} is not null and {{ carried }} = 'no' then '; {{ noun }} is not taken'
        else ''
    end
{%- endmacro %}

{# A sentence of the remarks, where that is how it is carried. #}
{% macro remark(given, carried, text) -%}
    case when {{ given }} is not null and {{ carried }} = 'remarks' then {{ text }} || '. ' else '' end
{%- endmacro %}
