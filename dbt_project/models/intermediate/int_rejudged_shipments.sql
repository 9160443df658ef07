-- Grain: shipment_key. Shipments that an incremental build judges anew: those with events that the last good build did
-- not know (loaded since, or received between its as_of and this one) and those for which an instant came at which
-- time alone may change them; with the parent of a return's AWB and the AWBs of its returns, as these are judged together.
-- A full build judges all and leaves this empty; without an earlier build everything is news.
{% set time_changes = source('last_build', 'int_time_changes') -%}
{% set last_instants = {
    'shipments': ['manifested_at'],
    'scans': ['known_at'],
    'customer_feedback': ['known_at'],
    'ops_feedback': ['known_at'],
    'escalations': ['known_at'],
    'courier_actions': ['instructed_at', 'submitted_at', 'responded_at', 'received_at'],
    'messages': ['sent_at', 'accepted_at', 'delivered_at', 'read_at', 'failed_at', 'received_at'],
} -%}
{% if flags.FULL_REFRESH -%}
select cast(null as bigint) as shipment_key
limit 0
{%- else -%}
{%- set since, until = previous_as_of(), as_of() %}
-- Any instant of a row that falls between the two builds is news.
with changed as (
    {% for feed, instants in last_instants.items() -%}
    select shipment_key from {{ source('raw', feed) }}
    where load_id > {{ previous_load_id() }}
    {% for instant in instants -%}
    union all
    select shipment_key from {{ source('raw', feed) }}
    where {{ instant }} > {{ since }} and {{ instant }} <= {{ until }}
    {% endfor -%}
    union all
    {% endfor -%}
    select shipment_key from {{ time_changes }}
    where changes_at <= {{ until }}
),

direct as (
    select distinct shipment_key from changed
),

families as (
    select shipment_key, parent_key
    from {{ source('raw', 'shipments') }}
    where parent_key is not null
),

parents as (
    select f.parent_key as shipment_key
    from families as f
    inner join direct as d on f.shipment_key = d.shipment_key
    union
    select shipment_key from direct
),

final as (
    select f.shipment_key
    from families as f
    inner join parents as p on f.parent_key = p.shipment_key
    union
    select shipment_key from parents
)

select shipment_key from final
{%- endif %}
