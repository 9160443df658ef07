{# The grain: no two rows share `columns`, and none of them is null but those in `nullable`. Returns the rows' keys that
   break it. One test for uniqueness and presence, as each test costs a statement. #}
{% test key(model, columns, nullable=[]) -%}
select {{ columns | join(', ') }}, count(*) as rows_found
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {% for column in columns if column not in nullable -%}
    or {{ column }} is null
    {% endfor %}
{%- endtest %}
