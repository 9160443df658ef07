-- Grain: code_id, kind of match, dated row of codes.csv.
-- Which rows of the couriers' codes.csv speak of a combination that was seen in scans. An aggregator's own
-- table is asked before the carrier's, as the code is the aggregator's word when it reported the scan.
with seen as (
    select
        code_id,
        courier,
        via,
        lower(native_code) as native_code,
        lower(coalesce(reason_code, '')) as native_reason
    from {{ source('raw', 'codes') }}
),

vocabulary as (
    select
        courier,
        lower(coalesce(native_code, '')) as native_code,
        lower(coalesce(native_reason, '')) as native_reason,
        status,
        reason_bucket,
        coalesce(valid_from, {{ beginning_of_time() }}) as valid_from,
        coalesce(valid_to, {{ end_of_time() }}) as valid_to,
        coalesce(known_from, {{ beginning_of_time() }}) as known_from
    from {{ source('raw', 'courier_codes') }}
    where coalesce(known_from, {{ beginning_of_time() }}) <= {{ as_of() }}
),

-- The status of a code hangs on its reason where the rows of one code name several.
reason_dependent as (
    select
        courier,
        native_code
    from vocabulary
    where native_code <> ''
    group by courier, native_code
    having count(distinct status) > 1
),

sources as (
    select code_id, native_code, native_reason, via as source, 1 as source_priority
    from seen
    where via is not null
    union all
    select code_id, native_code, native_reason, courier as source, 2 as source_priority
    from seen
),

exact as (
    select s.code_id, s.source_priority, 'exact' as kind, v.status, v.reason_bucket, v.valid_from, v.valid_to, v.known_from
    from sources as s
    inner join vocabulary as v
        on s.source = v.courier and s.native_code = v.native_code and s.native_reason = v.native_reason
    where s.native_reason <> ''
),

code_alone as (
    select s.code_id, s.source_priority, 'code' as kind, v.status, v.reason_bucket, v.valid_from, v.valid_to, v.known_from
    from sources as s
    inner join vocabulary as v
        on s.source = v.courier and s.native_code = v.native_code and v.native_reason = ''
    left join reason_dependent as d
        on s.source = d.courier and s.native_code = d.native_code
    where s.native_reason = '' or d.native_code is null
),

reason_alone as (
    select s.code_id, s.source_priority, 'reason' as kind, v.status, v.reason_bucket, v.valid_from, v.valid_to, v.known_from
    from sources as s
    inner join vocabulary as v
        on s.source = v.courier and s.native_reason = v.native_reason and v.native_code = ''
    where s.native_reason <> ''
),

final as (
    select * from exact
    union all
    select * from code_alone
    union all
    select * from reason_alone
)

select * from final
