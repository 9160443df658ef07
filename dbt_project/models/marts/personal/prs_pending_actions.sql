-- Grain: action_id of rpt_pending_actions. What goes along with the order, as far as the courier's interface carries it.
with listed as (
    select action_id from {{ ref('rpt_pending_actions') }}
),

final as (
    select
        p.action_id, p.new_phone, p.new_address, p.landmark, p.new_pincode, p.remarks,
        p.carrier_id as carrier,
        p.shipment_key
    from {{ ref('int_pending_actions') }} as p
    inner join listed as l on p.action_id = l.action_id
)

select * from final
