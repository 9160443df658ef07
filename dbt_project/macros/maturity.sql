{# A week is mature when all its cases are closed, or it ended at least 15 days before as_of: so that a rate no longer
   moves. Sets is_mature of the cases of every week that changed. #}
{% macro mature_weeks() -%}
    update {{ this }} as c
    set is_mature = w.is_mature
    from (
        select
            ndr_week,
            bool_and(shipment_outcome <> 'open')
            or {{ ist_midnight(day_to_date(date_to_day('ndr_week') ~ ' + 7')) }} + interval '15' day
            <= {{ as_of() }} as is_mature
        from {{ this }}
        group by ndr_week
    ) as w
    where c.ndr_week = w.ndr_week and c.is_mature <> w.is_mature
{%- endmacro %}
