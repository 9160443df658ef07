-- Grain: slug. The couriers known by name, and those that only shipments name.
with registered as (
    select courier as slug, name from {{ source('raw', 'couriers') }}
),

seen as (
    select distinct courier as slug from {{ source('raw', 'shipment_keys') }}
),

final as (
    select slug, name from registered
    union all
    select s.slug, s.slug as name
    from seen as s
    where not exists (select 1 from registered as r where r.slug = s.slug)
)

select * from final
