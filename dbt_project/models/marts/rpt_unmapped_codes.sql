-- Grain: courier, native_code. Scans whose code, or whose given reason, no row of the courier's codes.csv explains at
-- their time.
with scans as (
    select code_id, scanned_at from {{ source('raw', 'scans') }}
    where known_at <= {{ as_of() }}
),

unexplained as (
    select code_id, courier, native_code, native_reason, valid_from, valid_to, status = 'unmapped' as is_status_unmapped
    from {{ ref('stg_code_map') }}
    where
        status = 'unmapped'
        or (status = 'failed_delivery' and reason_bucket = 'unmapped' and native_reason is not null)
),

final as (
    select
        u.courier,
        u.native_code,
        count(*) as rows,
        min(s.scanned_at) as first_seen_at,
        max(s.scanned_at) as last_seen_at,
        'code ' || u.native_code || coalesce(', reason ' || min(u.native_reason), '') as example,
        bool_or(u.is_status_unmapped) as is_status_unmapped
    from scans as s
    inner join unexplained as u
        on s.code_id = u.code_id and s.scanned_at >= u.valid_from and s.scanned_at < u.valid_to
    group by u.courier, u.native_code
)

select * from final
