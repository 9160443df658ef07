{{ config(
    materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail', post_hook='{{ mature_weeks() }}'
) }}
-- Grain: case (a shipment life with at least one failed delivery). The maturity of a week changes all its cases at
-- once, also those that this build does not judge: it is set when all are in.
with cases as (
    select * from {{ ref('int_cases') }}
),

shipments as (
    select * from {{ ref('int_shipments') }}
),

lives as (
    select * from {{ ref('int_lives') }}
),

stages as (
    select * from {{ ref('int_case_stages') }}
),

contacts as (
    select * from {{ ref('int_case_contacts') }}
),

final as (
    select
        c.shipment_key,
        s.shipment_id as case_id,
        s.courier,
        s.awb,
        c.epoch,
        s.via,
        s.order_id,
        s.payment_mode,
        s.order_value,
        s.brand,
        s.product_category,
        s.pincode,
        s.city,
        s.state,
        c.first_ndr_at,
        c.first_ndr_known_at,
        c.last_ndr_at,
        c.ndr_week,
        c.reason_bucket,
        c.native_reason_code,
        c.attempts,
        c.cycles,
        g.stage,
        g.stage_reason,
        l.shipment_outcome,
        l.shipment_outcome = 'delivered' as is_recovered,
        l.is_rto_reversed,
        l.is_delivery_reversed,
        l.closed_at,
        case
            when not {{ is_date_only('c.first_ndr_at') }} and not {{ is_date_only('l.closed_at') }}
                then {{ minutes_between('c.first_ndr_at', 'l.closed_at') }}
        end as resolution_minutes,
        t.first_contact_at,
        t.response_minutes,
        t.response_band,
        t.has_customer_feedback,
        t.has_ops_feedback,
        t.follow_ups,
        t.cycle_follow_ups,
        t.allocated_to,
        t.allocated_at,
        l.latest_status as tracking_status,
        t.has_delivered_template,
        t.is_template_answered,
        false as is_mature
    from cases as c
    inner join shipments as s on c.shipment_key = s.shipment_key and c.epoch = s.epoch
    inner join lives as l on c.shipment_key = l.shipment_key and c.epoch = l.epoch
    inner join stages as g on c.shipment_key = g.shipment_key and c.epoch = g.epoch
    inner join contacts as t on c.shipment_key = t.shipment_key and c.epoch = t.epoch
)

select * from final
