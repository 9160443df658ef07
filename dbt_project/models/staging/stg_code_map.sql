-- Grain: code_id, valid_from; meaning_id numbers the rows by what they say, so that it does not hang on the
-- order of arrival. What a combination of codes means, and from when to when; the intervals of a
-- code_id follow each other without gap or overlap. No row of codes.csv: unmapped, never guessed.
with candidates as (
    select * from {{ ref('stg_code_candidates') }}
),

codes as (
    select
        code_id,
        courier,
        via,
        cast(case when via is not null then dense_rank() over (order by via nulls last) end as int) as via_rank,
        native_code,
        reason_code as native_reason,
        dense_rank() over (order by lower(native_code)) as native_rank
    from {{ source('raw', 'codes') }}
),

boundaries as (
    select code_id, valid_from as boundary_at from candidates
    union
    select code_id, valid_to as boundary_at from candidates
    union
    select code_id, {{ beginning_of_time() }} as boundary_at from codes
),

segments as (
    select
        code_id,
        boundary_at as valid_from,
        coalesce(lead(boundary_at) over (partition by code_id order by boundary_at), {{ end_of_time() }}) as valid_to
    from boundaries
    where boundary_at < {{ end_of_time() }}
),

-- Of the rows that hold in a segment the aggregator's counts before the carrier's, then the one learnt last.
ranked as (
    select
        s.code_id,
        s.valid_from,
        c.kind,
        c.status,
        c.reason_bucket,
        row_number() over (
            partition by s.code_id, s.valid_from, c.kind
            order by c.source_priority, c.known_from desc, c.valid_from desc, c.status nulls last, c.reason_bucket nulls last
        ) as preference
    from segments as s
    inner join candidates as c
        on s.code_id = c.code_id and s.valid_from >= c.valid_from and s.valid_from < c.valid_to
),

chosen as (
    select
        code_id,
        valid_from,
        coalesce(max(status) filter (where kind = 'exact'), max(status) filter (where kind = 'code')) as status,
        coalesce(
            max(reason_bucket) filter (where kind = 'exact'),
            max(reason_bucket) filter (where kind = 'reason'),
            max(reason_bucket) filter (where kind = 'code')
        ) as reason_bucket
    from ranked
    where preference = 1
    group by code_id, valid_from
),

statuses as (
    select * from {{ ref('statuses') }}
),

final as (
    select
        cast(
            row_number() over (
                order by lower(k.native_code), lower(k.native_reason) nulls last, k.courier, k.via nulls last, s.valid_from
            ) as int
        ) as meaning_id,
        s.code_id,
        s.valid_from,
        s.valid_to,
        k.courier,
        k.via,
        k.via_rank,
        k.native_code,
        k.native_reason,
        cast(k.native_rank as int) as native_rank,
        coalesce(c.status, 'unmapped') as status,
        cast(t.status_rank as int) as status_rank,
        cast(power(2, t.status_rank) as bigint) as status_bit,
        coalesce(c.reason_bucket, 'unmapped') as reason_bucket
    from segments as s
    inner join codes as k on s.code_id = k.code_id
    left join chosen as c on s.code_id = c.code_id and s.valid_from = c.valid_from
    inner join statuses as t on coalesce(c.status, 'unmapped') = t.status
)

select * from final
