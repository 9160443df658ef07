-- Grain: shipment_key, action_id. What was known at as_of of each action that was given to a courier. Rows with one
-- action_id are versions: the one with the latest answer stands; what was asked is the last that any of them says.
{% set columns = [
    'shipment_key', 'action_id', 'source', 'action', 'instructed_at', 'requested_on', 'time_window', 'submitted_at',
    'answered_at', 'result', 'result_reason', 'courier_reference', 'has_response'
] -%}
with known as (
    select
        shipment_key, action_id, source, action, instructed_at, requested_on, received_at, row_hash,
        {{ time_window('window_start', 'window_end') }} as time_window,
        case when submitted_at <= {{ as_of() }} then submitted_at end as submitted_at,
        responded_at is not null as has_response,
        -- An answer without an instant of its own came with the submission; one without a word is an unclear one.
        case
            when coalesce(responded_at, submitted_at, instructed_at) <= {{ as_of() }}
                then coalesce(result, case when responded_at is not null then 'unknown' end)
        end as result,
        coalesce(responded_at, submitted_at, instructed_at) as result_at,
        result_reason,
        courier_reference
    from {{ ref('stg_action_versions') }}
),

answered as (
    select *, case when result is not null then result_at end as answered_at from known
),

repeated as (
    select shipment_key, action_id from answered group by shipment_key, action_id having count(*) > 1
),

marked as (
    select a.*, r.shipment_key is not null as is_repeated
    from answered as a
    left join repeated as r on a.shipment_key = r.shipment_key and a.action_id = r.action_id
),

-- Where two versions answer at one instant the one learnt last stands, then the doubtful one, then the later date and
-- window.
versions as (
    select
        *,
        row_number() over (
            partition by shipment_key, action_id
            order by
                answered_at desc nulls last, received_at desc nulls last, submitted_at desc nulls last,
                result desc nulls last, requested_on desc nulls last, time_window desc nulls last, row_hash desc
        ) as recency
    from marked
    where is_repeated
),

-- What a version leaves out stands as an earlier one said it, its answer excepted.
merged as (
    select
        shipment_key,
        action_id,
        min_by(source, recency) as source,
        min_by(action, recency) as action,
        min_by(instructed_at, recency) as instructed_at,
        min_by(requested_on, recency) filter (where requested_on is not null) as requested_on,
        min_by(time_window, recency) filter (where time_window is not null) as time_window,
        min(submitted_at) as submitted_at,
        max(answered_at) as answered_at,
        max(result) filter (where recency = 1) as result,
        max(result_reason) filter (where recency = 1) as result_reason,
        min_by(courier_reference, recency) filter (where courier_reference is not null) as courier_reference,
        bool_or(has_response) filter (where recency = 1) as has_response
    from versions
    group by shipment_key, action_id
),

single as (
    select {{ columns | join(', ') }} from marked where not is_repeated
    union all
    select {{ columns | join(', ') }} from merged
),

final as (
    select
        {{ columns | reject('in', ['result_reason', 'courier_reference', 'has_response']) | join(', ') }},
        {{ given_order('instructed_at', 'source', 'action') }} as given_order,
        case when result is not null then {{ plain_word('result_reason') }} end as result_reason,
        -- How an acceptance was evidenced: the courier's own word, else what came with it.
        case when result = 'accepted' then coalesce(
            {{ plain_word('result_reason') }},
            case when courier_reference is not null then 'job_id' when has_response then 'api_answer' else 'not_stated' end
        ) end as acceptance_evidence
    from single
)

select * from final
