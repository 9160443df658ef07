{# Incremental by shipment. dbt-duckdb's delete+insert deletes only keys that come back, so that a case which
   vanished would survive; these two strategies delete the whole set that is recomputed first, in the same
   transaction as the insert.
     touched:  shipments with new events since the last good build (they are read again from raw);
     rejudged: these and the open cases, for which only time has passed (read from intermediate). #}

{% macro get_incremental_touched_sql(arg_dict) -%}
    {{ replace_shipments(arg_dict, ref('int_touched_shipments')) }}
{%- endmacro %}

{% macro get_incremental_rejudged_sql(arg_dict) -%}
    {{ replace_shipments(arg_dict, ref('int_rejudged_shipments')) }}
{%- endmacro %}

{% macro replace_shipments(arg_dict, shipments) -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ arg_dict['target_relation'] }}
    where shipment_key in (select shipment_key from {{ shipments }});
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }};
{%- endmacro %}

{# The condition that keeps a model to the touched shipments; true in a full build. `ref` is called in either case, as
   dbt learns a model's dependencies when it parses, whatever build that is for. #}
{% macro only_touched(key='shipment_key') -%}
    {{ only_among(key, ref('int_touched_shipments')) }}
{%- endmacro %}

{# The condition that keeps a model to the touched shipments and the open cases; true in a full build. #}
{% macro only_rejudged(key='shipment_key') -%}
    {{ only_among(key, ref('int_rejudged_shipments')) }}
{%- endmacro %}

{% macro only_among(key, shipments) -%}
    {%- if flags.FULL_REFRESH -%} true
    {%- else -%} {{ key }} in (select shipment_key from {{ shipments }})
    {%- endif -%}
{%- endmacro %}
