{# Incremental by shipment. An incremental build judges the shipments of int_rejudged_shipments and no others: staging
   hands on their rows alone, the intermediate models hold theirs alone, and the marts, which keep all, have theirs
   replaced. dbt-duckdb's delete+insert deletes only keys that come back, so that a case which vanished would survive;
   this strategy deletes the whole set first, in the same transaction as the insert. #}

{% macro get_incremental_rejudged_sql(arg_dict) -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    {# Not by `ref`, which every model would have to announce; it was made before staging. #}
    {%- set rejudged = adapter.get_relation('work', 'intermediate', 'int_rejudged_shipments') -%}
    delete from {{ arg_dict['target_relation'] }}
    where shipment_key in (select shipment_key from {{ rejudged }});
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }};
{%- endmacro %}

{# The condition that keeps a query to the shipments that this build judges; true in a full build. `ref` is called in
   either case, as dbt learns a model's dependencies when it parses, whatever build that is for. #}
{% macro only_rejudged() -%}
    {%- set rejudged = ref('int_rejudged_shipments') -%}
    {%- if flags.FULL_REFRESH -%} true
    {%- else -%} shipment_key in (select shipment_key from {{ rejudged }})
    {%- endif -%}
{%- endmacro %}

{# A table of work, made anew in one statement: nobody reads it but this build, so that it needs no contract, and no
   table kept aside until the new one is there. #}
{% materialization anew, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {% call statement('main') -%}
        create or replace table {{ target_relation }} as {{ sql }}
    {%- endcall %}
    {% do adapter.commit() %}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# Rows of raw that a build works on: in a full build raw itself through a view, else a table of the few. #}
{% materialization received, adapter='duckdb' %}
    {%- if flags.FULL_REFRESH -%} {{ return(dbt.materialization_view_default()) }}
    {%- else -%} {{ return(materialization_anew_duckdb()) }}
    {%- endif -%}
{% endmaterialization %}
