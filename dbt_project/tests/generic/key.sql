{# The grain: no two rows share `columns`, and none of them is null but those in `nullable`. Returns the rows' keys that
   break it. One test for uniqueness and presence, as each test costs a statement.
   An incremental build replaces all rows of a shipment together, and looks at those that it replaced. #}
{% test key(model, columns, nullable=[]) -%}
{%- set replaced = only_rejudged() -%}
{%- set tested = graph.nodes.values() | selectattr('alias', 'equalto', model.identifier) | first if execute -%}
select {{ columns | join(', ') }}, count(*) as rows_found
from {{ model }}
{% if tested and tested.config.materialized == 'incremental' -%}
where {{ replaced }}
{% endif -%}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {% for column in columns if column not in nullable -%}
    or {{ column }} is null
    {% endfor %}
{%- endtest %}
