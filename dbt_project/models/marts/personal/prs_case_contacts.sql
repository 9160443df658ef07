{{ config(materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail') }}
-- Grain: case. Whom to reach, for the agents' pages alone: what the standing manifest says, and the last correction that
-- the customer or an agent wrote down.
with shipments as (
    select s.shipment_key, s.epoch, s.shipment_id, s.order_id, s.manifested_at, s.customer_id
    from {{ ref('int_shipments') }} as s
    inner join {{ ref('int_cases') }} as c on s.shipment_key = c.shipment_key and s.epoch = c.epoch
),

-- The same choice among equal lines as int_shipments makes.
manifests as (
    select
        m.*,
        row_number() over (
            partition by m.shipment_key, m.order_id, m.manifested_at order by m.row_hash desc
        ) as preference
    from {{ ref('stg_manifests') }} as m
    where m.shipment_key in (select s.shipment_key from shipments as s)
),

told as (
    select shipment_key, epoch, responded_at as told_at, new_phone, new_address, new_pincode, landmark
    from {{ ref('int_customer_feedback') }}
    union all
    select shipment_key, epoch, acted_at as told_at, new_phone, new_address, new_pincode, cast(null as string) as landmark
    from {{ ref('int_ops_feedback') }}
    where undone_at is null
),

corrections as (
    select
        shipment_key,
        epoch,
        max_by(new_phone, told_at) filter (where new_phone is not null) as new_phone,
        max_by(new_address, told_at) filter (where new_address is not null) as new_address,
        max_by(new_pincode, told_at) filter (where new_pincode is not null) as new_pincode,
        max_by(landmark, told_at) filter (where landmark is not null) as landmark
    from told
    group by shipment_key, epoch
),

final as (
    select
        s.shipment_id as case_id,
        s.customer_id,
        m.customer_name,
        m.customer_phone,
        m.customer_email,
        m.address,
        c.new_phone,
        c.new_address,
        c.new_pincode,
        c.landmark,
        s.shipment_key
    from shipments as s
    left join manifests as m
        on
            s.shipment_key = m.shipment_key
            and s.order_id = m.order_id
            and s.manifested_at = m.manifested_at
            and m.preference = 1
    left join corrections as c on s.shipment_key = c.shipment_key and s.epoch = c.epoch
)

select * from final
