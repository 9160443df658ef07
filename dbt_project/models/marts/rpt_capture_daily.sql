-- Grain: courier, received_on. By which way each scan of the last 30 IST dates was first learnt, and what pushes lost. A
-- scan is the same when its parcel, its meaning and its minute are: a courier may push in other codes than it answers
-- in, as Ekart does; what nobody knows the meaning of is the same in the same code. Scans that happened before the 30
-- dates are left out, as their first copy may have come before them.
with loads as (
    select
        load_id,
        loaded_at,
        case
            when file_format = 'ledger' and substr(file_name, 1, 9) = 'receipts_' then 1
            when file_format = 'ledger' and substr(file_name, 1, 9) = 'tracking_' then 2
            else 3
        end as way,
        substr(file_name, 10) as told_by
    from {{ source('raw', 'loads') }}
),

-- Since when a courier pushes: what happened before cannot have been lost by its pushes.
pushing as (
    select told_by, min(loaded_at) as pushes_since
    from loads
    where way = 1
    group by told_by
),

scans as (
    select
        s.shipment_key,
        c.courier,
        c.status_rank,
        case when c.status = 'unmapped' then c.native_rank end as unknown_code,
        {{ minute_number('s.scanned_at') }} as minute,
        s.scanned_at,
        s.is_date_only,
        s.known_at,
        c.status = 'failed_delivery' as is_failure,
        l.way,
        coalesce(l.way = 2 and p.pushes_since <= s.scanned_at, false) as should_be_pushed
    from {{ source('raw', 'scans') }} as s
    inner join loads as l on s.load_id = l.load_id
    inner join {{ ref('stg_code_map') }} as c
        on s.code_id = c.code_id and s.scanned_at >= c.valid_from and s.scanned_at < c.valid_to
    left join pushing as p on l.told_by = p.told_by
    where
        s.known_at <= {{ as_of() }}
        and s.scanned_at >= {{ ist_midnight(ist_date(as_of())) }} - interval '696' hour
),

learnt as (
    select
        courier,
        min(known_at) as known_at,
        min(scanned_at) as scanned_at,
        -- The way of the first copy; of copies of one instant a push counts before an answer, that before a file.
        min({{ epoch_micros('known_at') }} * 4 + way) % 4 as way,
        bool_or(way = 1) as was_pushed,
        bool_or(should_be_pushed) as should_be_pushed,
        bool_or(is_failure) and not bool_or(is_date_only) as is_timed_failure
    from scans
    group by shipment_key, courier, status_rank, unknown_code, minute
),

dated as (
    select
        *,
        {{ ist_date('known_at') }} as received_on,
        should_be_pushed and not was_pushed as is_lost_by_push,
        -- A file says when it happened, rarely when it was learnt. A courier's clock may be ahead of ours.
        case
            when is_timed_failure and way < 3 then greatest({{ minutes_between('scanned_at', 'known_at') }}, 0.0)
        end as detect_minutes
    from learnt
),

counted as (
    select
        courier,
        received_on,
        count(*) as scans,
        count(*) filter (where way = 1) as first_by_push,
        count(*) filter (where way = 2) as first_by_poll,
        count(*) filter (where way = 3) as first_by_file,
        count(*) filter (where was_pushed) as pushed,
        count(*) filter (where is_lost_by_push) as lost_by_push,
        count(detect_minutes) as failures,
        percentile_cont(0.5) within group (order by detect_minutes) as median_detect_minutes,
        percentile_cont(0.95) within group (order by detect_minutes) as p95_detect_minutes
    from dated
    group by courier, received_on
),

final as (
    select
        courier,
        received_on,
        scans,
        first_by_push,
        first_by_poll,
        first_by_file,
        pushed,
        lost_by_push,
        case
            when pushed + lost_by_push > 0 then cast(lost_by_push as double) / (pushed + lost_by_push)
        end as lost_share,
        failures,
        median_detect_minutes,
        p95_detect_minutes
    from counted
)

select * from final
