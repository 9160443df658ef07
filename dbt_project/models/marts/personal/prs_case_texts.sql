{{ config(materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail') }}
-- Grain: case, event of fct_case_events that has a text. What people and couriers wrote, for the agents' pages alone. Of
-- a scan that was seen more than once the texts stand one after the other; a scan that only moved the parcel
-- on has its text left in raw.
{% set moved_on = ['rto_in_transit', 'rto_out_for_delivery'] -%}
with cases as (
    select s.shipment_key, s.epoch, s.shipment_id
    from {{ ref('int_shipments') }} as s
    inner join {{ ref('int_cases') }} as c on s.shipment_key = c.shipment_key and s.epoch = c.epoch
),

told as (
    select
        shipment_key, epoch,
        's' || seq as event_id,
        lower(native_code) as native_code,
        {{ minute_number('scanned_at') }} as minute
    from {{ ref('int_scans') }}
    where
        status_rank > {{ rank_of('out_for_delivery') }}
        and status_rank not in ({{ ranks_of(moved_on) }})
),

codes as (
    select distinct code_id, lower(native_code) as native_code from {{ ref('stg_code_map') }}
    where status_rank > {{ rank_of('out_for_delivery') }} and status_rank not in ({{ ranks_of(moved_on) }})
),

written as (
    select
        r.shipment_key,
        d.native_code,
        {{ minute_number('r.scanned_at') }} as minute,
        coalesce(r.remark, r.reason_text, r.native_text) as text,
        r.location
    from {{ ref('stg_scans') }} as r
    inner join codes as d on r.code_id = d.code_id
    where
        coalesce(r.remark, r.reason_text, r.native_text) is not null
        and r.shipment_key in (select c.shipment_key from cases as c)
),

texts as (
    select
        t.shipment_key, t.epoch, t.event_id,
        min(w.text) || case when max(w.text) > min(w.text) then ' / ' || max(w.text) else '' end as text,
        min(w.location) as location,
        cast(null as string) as agent
    from told as t
    inner join written as w
        on t.shipment_key = w.shipment_key and t.minute = w.minute and t.native_code = w.native_code
    group by t.shipment_key, t.epoch, t.event_id
    union all
    select
        shipment_key, epoch, 'c' || answer_number as event_id, text,
        cast(null as string) as location,
        cast(null as string) as agent
    from {{ ref('int_customer_feedback') }}
    where text is not null
    union all
    select
        shipment_key, epoch, 'o' || entry_number as event_id, remark as text,
        cast(null as string) as location,
        agent
    from {{ ref('int_ops_feedback') }}
),

final as (
    select c.shipment_id as case_id, t.event_id, t.text, t.location, t.agent, c.shipment_key
    from texts as t
    inner join cases as c on t.shipment_key = c.shipment_key and t.epoch = c.epoch
)

select * from final
