-- Grain: ndr_week, courier, reason_bucket, day. How much of a week's failures has been delivered by the end of each day
-- after the failure, as far as it has been watched: of all ('all', 'all'), of a courier and of a reason.
with cases as (
    select
        ndr_week,
        courier,
        reason_bucket,
        case when shipment_outcome in ('delivered', 'rto') then shipment_outcome else 'other' end as end_kind,
        greatest({{ ist_day_number('closed_at') }} - {{ ist_day_number('first_ndr_at') }}, 0) as end_day,
        closed_at is not null as is_closed,
        -- The last IST date that is over at as_of; a date asked about by its last instant is.
        {{ ist_day_number('(' ~ as_of() ~ " + interval '1' second)") }} - 1 - {{ ist_day_number('first_ndr_at') }} as watched_day
    from {{ ref('fct_ndr_cases') }}
),

watched as (
    select
        ndr_week,
        courier,
        reason_bucket,
        case when is_closed and end_day <= watched_day then end_day else watched_day end as last_day,
        case when is_closed and end_day <= watched_day then end_kind else 'censored' end as kind,
        count(*) as cases
    from cases
    group by all
),

exits as (
    select ndr_week, 'all' as courier, 'all' as reason_bucket, last_day, kind, cases from watched
    union all
    select ndr_week, courier, 'all' as reason_bucket, last_day, kind, cases from watched
    union all
    select ndr_week, 'all' as courier, reason_bucket, last_day, kind, cases from watched
),

{{ cumulative_incidence(['ndr_week', 'courier', 'reason_bucket'], 15) }},

final as (
    select * from incidence
)

select * from final
