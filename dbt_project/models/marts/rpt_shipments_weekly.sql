-- Grain: week, courier. The NDR rate by both denominators, each over its own cohort: parcels that first went out for
-- delivery in the week, and parcels manifested in it.
with shipments as (
    select
        courier,
        manifested_at,
        first_ofd_at,
        first_ndr_at is not null as has_ndr
    from {{ ref('dim_shipments') }}
),

cohorts as (
    select {{ ist_week('first_ofd_at') }} as week, courier, 1 as first_out, 0 as manifested, has_ndr
    from shipments
    where first_ofd_at is not null
    union all
    select {{ ist_week('manifested_at') }} as week, courier, 0 as first_out, 1 as manifested, has_ndr
    from shipments
    where manifested_at is not null
),

counted as (
    select
        week,
        courier,
        cast(sum(first_out) as bigint) as first_out,
        count(*) filter (where has_ndr and first_out = 1) as first_out_with_ndr,
        cast(sum(manifested) as bigint) as manifested,
        count(*) filter (where has_ndr and manifested = 1) as manifested_with_ndr
    from cohorts
    group by week, courier
),

final as (
    select
        week,
        courier,
        first_out,
        first_out_with_ndr,
        case when first_out > 0 then cast(first_out_with_ndr as double) / first_out end as ndr_rate,
        manifested,
        manifested_with_ndr,
        case when manifested > 0 then cast(manifested_with_ndr as double) / manifested end as ndr_rate_manifested,
        {{ ist_midnight(day_to_date(date_to_day('week') ~ ' + 7')) }} + interval '15' day <= {{ as_of() }} as is_mature
    from counted
)

select * from final
