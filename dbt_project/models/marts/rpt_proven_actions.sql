{{ config(materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail') }}
-- Grain: action_id. Actions of which it is not known whether the courier took them, with the first later scan that shows
-- that it did: another attempt is scheduled, or the parcel is on its way back. A visit shows nothing, as couriers come
-- again by themselves.
with unclear as (
    select shipment_key, action_id, action, submitted_at
    from {{ ref('stg_courier_actions') }}
    where result = 'unknown' and submitted_at is not null and action in ('reattempt', 'hold', 'rto')
),

proofs as (
    select
        u.action_id,
        u.shipment_key,
        s.scanned_at,
        w.status,
        row_number() over (partition by u.shipment_key, u.action_id order by s.epoch, s.seq) as place
    from unclear as u
    inner join {{ ref('int_scans') }} as s on u.shipment_key = s.shipment_key and u.submitted_at < s.scanned_at
    inner join {{ ref('statuses') }} as w on s.status_rank = w.status_rank
    where
        (u.action = 'rto' and s.status_rank in ({{ ranks_of(['rto_requested'] + return_statuses()) }}))
        or (u.action <> 'rto' and s.status_rank = {{ rank_of('reattempt_scheduled') }})
),

final as (
    select action_id, scanned_at as proven_at, status as proof, shipment_key
    from proofs
    where place = 1
)

select * from final
