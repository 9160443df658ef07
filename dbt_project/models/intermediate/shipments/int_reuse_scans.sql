{{ config(materialized='ephemeral') }}
-- Grain: shipment_key, native code, minute; AWBs that a courier may have used again. Their scans before it is known
-- which life each is of. `moment` orders the scans of one instant as the facts are.
with suspects as (
    select shipment_key from {{ ref('int_eventful_shipments') }}
    where may_be_reused
),

-- A return under an AWB of its own ends its parent's life.
returns as (
    select distinct shipment_key, parent_key from {{ ref('stg_manifests') }}
    where parent_key in (select shipment_key from suspects)
),

-- The few scans first and their meaning after: joined in one step, all scans would be given a meaning.
told as (
    select shipment_key, code_id, scanned_at, is_date_only, known_at, attempt_number, leg
    from {{ ref('stg_scans') }}
    where shipment_key in (select shipment_key from suspects)
    union all
    select r.parent_key as shipment_key, s.code_id, s.scanned_at, s.is_date_only, s.known_at, s.attempt_number, 'return' as leg
    from {{ ref('stg_scans') }} as s
    inner join returns as r on s.shipment_key = r.shipment_key
),

coded as (
    select
        r.*,
        c.native_rank,
        c.status_rank,
        c.meaning_id,
        {{ minute_number('r.scanned_at') }} as minute,
        {{ ist_day_number('r.scanned_at') }} as day
    from told as r
    inner join {{ ref('stg_code_map') }} as c
        on r.code_id = c.code_id and r.scanned_at >= c.valid_from and r.scanned_at < c.valid_to
    where c.status_rank <> {{ rank_of('reverse') }}
),

-- Copies are one scan, where the first of them stands, though a manifest lies between them (int_distinct_scans).
grouped as (
    select
        *,
        {{ shared_minute('shipment_key, native_rank, status_rank') }} as shared_minute
    from coded
),

placed as (
    select
        *,
        row_number() over (
            partition by shipment_key, native_rank, status_rank, shared_minute
            order by is_date_only, scanned_at, attempt_number nulls last, known_at, meaning_id, leg nulls last
        ) as place
    from grouped
),

merged as (
    select
        shipment_key,
        status_rank,
        min(scanned_at) as scanned_at,
        min_by(leg, place) filter (where leg is not null) as leg
    from placed
    group by shipment_key, native_rank, status_rank, shared_minute
),

final as (
    select
        shipment_key,
        scanned_at,
        {{ epoch_micros('scanned_at') }} * 32 + status_rank as moment,
        status_rank in ({{ ranks_of(terminal_statuses()) }}) as is_terminal,
        status_rank in ({{ ranks_of(return_statuses()) }}) or coalesce(leg = 'return', false) as is_return_leg
    from merged
)

select * from final
