-- Grain: shipment_key, given_order; instructions that were sent. What became of the parcel, seen from the
-- instruction: the outcome it already had at the acceptance, the return that followed, late news of an end.
--   ended_as:    the outcome at the acceptance, if the parcel was not reopened or turned round afterwards
--   returned_at: begin of the return after the acceptance (an rto: after it was given) that was not reversed
with instructions as (
    select shipment_key, epoch, given_order, action, instructed_at, accepted_at, sent_at
    from {{ ref('int_instructions_standing') }}
    where sent_at is not null
),

changes as (
    select shipment_key, epoch, seq, changed_at, outcome from {{ ref('int_outcome_changes') }}
),

returns as (
    select shipment_key, epoch, started_at from {{ ref('int_returns') }}
    where reversed_at is null
),

stated as (
    select
        i.shipment_key,
        i.given_order,
        max_by(c.outcome, c.seq) filter (where c.changed_at <= i.accepted_at) as outcome_then,
        coalesce(bool_or(c.changed_at > i.accepted_at and c.outcome = 'open'), false) as is_opened_after,
        coalesce(
            bool_or(c.changed_at > i.accepted_at and c.outcome in ('delivered', 'partially_delivered')), false
        ) as is_delivered_after,
        max(c.seq) filter (where c.changed_at <= i.sent_at) as seq_when_sent
    from instructions as i
    inner join changes as c on i.shipment_key = c.shipment_key and i.epoch = c.epoch
    group by i.shipment_key, i.given_order
),

-- Sent although the parcel had ended, as the scan that ended it came later.
stale as (
    select i.shipment_key, i.given_order
    from instructions as i
    inner join stated as s on i.shipment_key = s.shipment_key and i.given_order = s.given_order
    inner join changes as c on i.shipment_key = c.shipment_key and i.epoch = c.epoch and s.seq_when_sent = c.seq
    inner join {{ ref('int_scans') }} as k
        on c.shipment_key = k.shipment_key and c.epoch = k.epoch and c.seq = k.seq and i.sent_at < k.known_at
    where c.outcome <> 'open'
),

returned as (
    select i.shipment_key, i.given_order, min(r.started_at) as returned_at
    from instructions as i
    inner join returns as r
        on
            i.shipment_key = r.shipment_key and i.epoch = r.epoch
            and r.started_at > case when i.action = 'rto' then i.instructed_at else i.accepted_at end
    group by i.shipment_key, i.given_order
),

final as (
    select
        i.shipment_key,
        i.given_order,
        case
            when s.outcome_then = 'open' or s.is_opened_after then null
            when s.outcome_then in ('delivered', 'partially_delivered') then 'delivered'
            when s.is_delivered_after then null
            else s.outcome_then
        end as ended_as,
        r.returned_at,
        k.shipment_key is not null as is_stale_basis
    from instructions as i
    left join stated as s
        on i.shipment_key = s.shipment_key and i.given_order = s.given_order
    left join stale as k on i.shipment_key = k.shipment_key and i.given_order = k.given_order
    left join returned as r
        on i.shipment_key = r.shipment_key and i.given_order = r.given_order
)

select * from final
