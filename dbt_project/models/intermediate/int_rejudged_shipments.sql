-- Grain: shipment_key. Shipments that an incremental build judges anew: those with events that the last good build did
-- not know (loaded since, or received between its as_of and this one) and those for which an instant came at which
-- time alone may change them; with the parent of a return's AWB and the AWBs of its returns, as these are judged together.
-- A full build judges all and leaves this empty; without an earlier build everything is news.
{% set context = source('raw', 'build_context') -%}
{% set time_changes = source('last_build', 'int_time_changes') -%}
{% set feeds = [
    ('shipments', 'manifested_at'),
    ('scans', 'known_at'),
    ('customer_feedback', 'known_at'),
    ('ops_feedback', 'known_at'),
] -%}
{% if flags.FULL_REFRESH -%}
select cast(null as bigint) as shipment_key
limit 0
{%- else -%}
with context as (
    select previous_load_id, previous_as_of, as_of from {{ context }}
),

changed as (
    {% for feed, known_at in feeds -%}
    select f.shipment_key
    from {{ source('raw', feed) }} as f
    cross join context as c
    where
        c.previous_load_id is null
        or f.load_id > c.previous_load_id
        or (f.{{ known_at }} > c.previous_as_of and f.{{ known_at }} <= c.as_of)
    union all
    {% endfor -%}
    -- These have several instants of their own; any that falls between the two builds is news.
    select f.shipment_key
    from {{ source('raw', 'courier_actions') }} as f
    cross join context as c
    where
        c.previous_load_id is null
        or f.load_id > c.previous_load_id
        or greatest(
            f.instructed_at, coalesce(f.submitted_at, f.instructed_at),
            coalesce(f.responded_at, f.instructed_at), coalesce(f.received_at, f.instructed_at)
        ) > c.previous_as_of
    union all
    select f.shipment_key
    from {{ source('raw', 'messages') }} as f
    cross join context as c
    where
        c.previous_load_id is null
        or f.load_id > c.previous_load_id
        or greatest(
            f.sent_at, coalesce(f.accepted_at, f.sent_at), coalesce(f.delivered_at, f.sent_at),
            coalesce(f.read_at, f.sent_at), coalesce(f.failed_at, f.sent_at), coalesce(f.received_at, f.sent_at)
        ) > c.previous_as_of
),

direct as (
    select shipment_key from changed
    union
    select t.shipment_key
    from {{ time_changes }} as t
    inner join context as c on t.changes_at <= c.as_of
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
