-- Grain: shipment_key; only shipments whose life cannot be told from the profile of their scans: a failure, a
-- return, another outcome than a delivery, dispatches on several days, several manifests, an answer or an action.
-- `may_be_reused`: a manifest came after a terminal event or a long silence, or several orders share the AWB.
with profile as (
    select *, {{ saw_any(terminal_statuses()) }} as has_terminal
    from {{ ref('int_scan_profile') }}
),

manifest_lines as (
    select shipment_key, manifested_at, pincode, origin_pincode, parent_key
    from {{ ref('stg_manifests') }}
),

repeated as (
    select shipment_key from manifest_lines group by shipment_key having count(*) > 1
),

scanned as (
    select shipment_key, false as may_be_reused
    from profile
    where
        has_return_leg
        or {{ saw_any([
            'failed_delivery', 'partially_delivered', 'rto_initiated', 'rto_in_transit', 'rto_out_for_delivery',
            'rto_failed', 'rto_delivered', 'rto_cancelled', 'lost', 'damaged', 'disposed', 'cancelled',
        ]) }}
        or last_ofd_at > delivered_at
        or {{ ist_day_number('first_ofd_at') }} <> {{ ist_day_number('last_ofd_at') }}
),

-- Scans before the manifest are usual by minutes; they matter after an end or a silence.
manifested as (
    select
        m.shipment_key,
        (p.has_terminal and p.first_scan_at < m.manifested_at)
        or p.first_scan_at <= m.manifested_at - interval '30' day as may_be_reused
    from manifest_lines as m
    inner join profile as p on m.shipment_key = p.shipment_key
    where
        (p.has_terminal and p.first_scan_at < m.manifested_at)
        or p.first_scan_at <= m.manifested_at - interval '30' day
        or p.first_delivered_pincode is not null
        and m.origin_pincode <> coalesce(m.pincode, '')
        and try_cast(m.origin_pincode as int) between p.first_delivered_pincode and p.last_delivered_pincode
),

related as (
    select shipment_key, true as may_be_reused from repeated
    union all
    select shipment_key, false as may_be_reused from manifest_lines where parent_key is not null
    union all
    select parent_key as shipment_key, true as may_be_reused from manifest_lines where parent_key is not null
),

told_of as (
    {% for feed in ['stg_customer_feedback', 'stg_ops_feedback', 'stg_action_versions'] -%}
    select shipment_key, false as may_be_reused from {{ ref(feed) }}
    union all
    {% endfor -%}
    -- A message alone makes a shipment of which nothing else is known.
    select m.shipment_key, false as may_be_reused from {{ ref('stg_message_versions') }} as m
    where
        m.shipment_key not in (select shipment_key from profile)
        and m.shipment_key not in (select shipment_key from manifest_lines)
),

reasons as (
    select * from scanned
    union all
    select * from manifested
    union all
    select * from related
    union all
    select * from told_of
),

final as (
    select shipment_key, bool_or(may_be_reused) as may_be_reused
    from reasons
    group by shipment_key
)

select * from final
