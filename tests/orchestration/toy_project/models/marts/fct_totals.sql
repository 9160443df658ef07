select
    count(*) as shipments,
    sum(scans)::bigint as scans,
    (select build_id from {{ source('raw', 'build_context') }}) as build_id
from {{ ref('fct_scans') }}
