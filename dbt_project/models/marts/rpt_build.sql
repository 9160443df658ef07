-- Grain: the one build that these tables come from.
with context as (
    select * from {{ source('raw', 'build_context') }}
),

loads as (
    select max(loaded_at) as last_loaded_at, count(*) filter (where status = 'refused') as files_refused
    from {{ source('raw', 'loads') }}
),

shipments as (
    select count(*) as shipments from {{ ref('dim_shipments') }}
),

scans as (
    select max(known_at) as last_received_at from {{ source('raw', 'scans') }}
    where known_at <= {{ as_of() }}
),

cases as (
    select count(*) as cases, count(*) filter (where shipment_outcome = 'open') as open_cases
    from {{ ref('fct_ndr_cases') }}
),

final as (
    select
        c.build_id,
        c.as_of,
        {{ instant(run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f') ~ '+00:00') }} as built_at,
        l.last_loaded_at,
        l.files_refused,
        r.last_received_at,
        s.shipments,
        n.cases,
        n.open_cases
    from context as c
    cross join loads as l
    cross join shipments as s
    cross join scans as r
    cross join cases as n
)

select * from final
