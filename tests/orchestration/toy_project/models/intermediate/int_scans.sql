{{ config(materialized='incremental', unique_key='shipment_key') }}
select scans.shipment_key, count(*) as scans, max(scans.scanned_at) as latest_at
from {{ source('raw', 'scans') }} as scans
cross join {{ source('raw', 'build_context') }} as context
where scans.known_at <= context.as_of
{%- if is_incremental() %}
and scans.shipment_key in (
    select touched.shipment_key from {{ source('raw', 'scans') }} as touched
    where touched.load_id > context.previous_load_id
    or (touched.known_at > context.previous_as_of and touched.known_at <= context.as_of)
)
{%- endif %}
group by scans.shipment_key
