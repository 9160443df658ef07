-- Grain: shipment_key, given_order. Every instruction, why it stands as it does and since when. Accepted reattempts
-- have their own table of rules; an accepted rto or mark_delivered waits for the parcel's end; what was not accepted
-- is superseded or nothing. No reason: not judged, or nothing has happened yet.
with lives as (
    select shipment_key, epoch, shipment_outcome, closed_at from {{ ref('int_lives') }}
),

-- A contradiction that nothing settled within a day, or before the parcel's end, is decided for operations.
overruled as (
    select c.shipment_key, c.epoch, c.older_order, c.newer_order, c.begun_at + interval '24' hour as lapsed_at
    from {{ ref('int_instruction_conflicts') }} as c
    inner join lives as l on c.shipment_key = l.shipment_key and c.epoch = l.epoch
    where
        c.refused_at is null
        and c.begun_at + interval '24' hour <= least({{ as_of() }}, coalesce(l.closed_at, {{ as_of() }}))
),

compared as (
    select
        i.*,
        l.shipment_outcome,
        l.closed_at,
        t.ended_as,
        t.returned_at,
        coalesce(t.is_stale_basis, false) as is_stale_basis,
        coalesce(r.is_outranked, false) as is_outranked,
        r.superseded_at,
        r.newer_given_at,
        case when i.source = 'customer' and i.given_order = c.older_order then c.lapsed_at end as replaced_at,
        case when i.source = 'customer' and i.given_order = c.newer_order then c.lapsed_at end as overruled_at,
        v.outcome_reason as verdict,
        v.decided_at as verdict_at
    from {{ ref('int_instructions_standing') }} as i
    inner join lives as l on i.shipment_key = l.shipment_key and i.epoch = l.epoch
    left join overruled as c on i.shipment_key = c.shipment_key and i.epoch = c.epoch
    left join {{ ref('int_instruction_turns') }} as t
        on i.shipment_key = t.shipment_key and i.given_order = t.given_order
    left join {{ ref('int_instruction_rivals') }} as r
        on i.shipment_key = r.shipment_key and i.given_order = r.given_order
    left join {{ ref('int_reattempt_verdicts') }} as v
        on i.shipment_key = v.shipment_key and i.given_order = v.given_order
),

ended as (
    select
        *,
        submission = 'submitted' and action = 'rto' as is_accepted_rto,
        case
            when shipment_outcome in ('lost', 'damaged', 'disposed', 'cancelled') then 'shipment_' || shipment_outcome
            when shipment_outcome = 'rto' and action = 'mark_delivered' then 'returned'
            when shipment_outcome in ('delivered', 'partially_delivered') and action = 'rto' then 'delivered_instead'
            when shipment_outcome in ('delivered', 'partially_delivered') then 'delivered'
        end as last_word
    from compared
),

-- In the order in which they count: the condition, the word, the instant of the fact that said it.
{% set verdicts = [
    ("not is_moving", "null", null_instant()),
    ("is_outranked", "'outranked'", "instructed_at"),
    ("verdict is not null", "verdict", "verdict_at"),
    ("is_accepted_rto and returned_at is not null", "'returned'", "returned_at"),
    ("is_accepted_rto and ended_as is not null", "'already_' || ended_as", "accepted_at"),
    ("is_accepted_rto and superseded_at is not null", "'newer_instruction'", "superseded_at"),
    ("submission = 'submitted' and last_word is not null", "last_word", "greatest(closed_at, accepted_at)"),
    ("submission = 'submitted'", "null", null_instant()),
    ("newer_given_at is not null", "'newer_instruction'", "newer_given_at"),
    ("replaced_at is not null", "'newer_instruction'", "replaced_at"),
    ("overruled_at is not null", "'outranked'", "overruled_at"),
    ("left_behind_at is not null", "'newer_cycle'", "left_behind_at"),
] -%}
final as (
    select
        shipment_key, epoch, given_order, latest_cycle > 0 as is_case, cycle_number, reached, source, action, is_moving,
        instructed_at, requested_on, window_start, window_end, submission, submission_reason, sent_at, answered_at,
        accepted_at, acceptance_evidence, customer_response, courier_response, is_stale_basis,
        case
            {% for condition, word, instant in verdicts -%}
            when {{ condition }} then {{ word }}
            {% endfor -%}
        end as outcome_reason,
        case
            {% for condition, word, instant in verdicts -%}
            when {{ condition }} then {{ instant }}
            {% endfor -%}
        end as decided_at
    from ended
)

select * from final
