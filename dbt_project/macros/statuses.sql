{# Statuses as integers. The hot models compare ranks, not words; a test holds this list to the seed. #}
{% macro status_words() -%}
    {{ return([
        'order_created', 'pickup_pending', 'out_for_pickup', 'pickup_failed', 'picked_up', 'in_transit',
        'at_destination', 'out_for_delivery', 'failed_delivery', 'delivered', 'partially_delivered', 'held',
        'delayed', 'reattempt_scheduled', 'rto_requested', 'rto_initiated', 'rto_in_transit',
        'rto_out_for_delivery', 'rto_failed', 'rto_delivered', 'rto_cancelled', 'lost', 'damaged', 'disposed',
        'cancellation_requested', 'cancelled', 'informational', 'reverse', 'unmapped',
    ]) }}
{%- endmacro %}

{% macro rank_of(status) -%}{{ return(status_words().index(status) + 1) }}{%- endmacro %}

{% macro ranks_of(statuses) -%}
    {%- set ranks = [] -%}
    {%- for status in statuses -%}{%- do ranks.append(rank_of(status) | string) -%}{%- endfor -%}
    {{ return(ranks | join(', ')) }}
{%- endmacro %}

{# A scan of these says that the parcel is on its way back; they start a return. #}
{% macro return_statuses() -%}
    {{ return(['rto_initiated', 'rto_in_transit', 'rto_out_for_delivery', 'rto_failed', 'rto_delivered']) }}
{%- endmacro %}

{# After one of these a manifest for another order begins a new life of the AWB. #}
{% macro terminal_statuses() -%}
    {{ return(['delivered', 'partially_delivered', 'rto_delivered', 'lost', 'damaged', 'disposed', 'cancelled']) }}
{%- endmacro %}

{# Bit of each status in statuses_seen; a parcel that saw any of `statuses` has a non-zero result. #}
{% macro saw_any(statuses, column='statuses_seen') -%}
    {%- set mask = namespace(value=0) -%}
    {%- for status in statuses -%}{%- set mask.value = mask.value + 2 ** rank_of(status) -%}{%- endfor -%}
    ({{ column }} & {{ mask.value }}) <> 0
{%- endmacro %}
