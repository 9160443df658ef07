-- Grain: action_id of rpt_pending_actions. What goes along with the order, as far as the courier's interface carries it,
-- and what was booked, which some interfaces want again with every request.
with listed as (
    select a.action_id, c.pincode
    from {{ ref('rpt_pending_actions') }} as a
    left join {{ ref('fct_ndr_cases') }} as c on a.case_id = c.case_id
),

final as (
    select
        p.action_id, p.new_phone, p.new_address, p.landmark, p.new_pincode, p.remarks,
        p.carrier_id as carrier,
        p.proof,
        c.customer_name as name,
        c.customer_phone as booked_phone,
        c.address as booked_address,
        l.pincode as booked_pincode,
        p.shipment_key
    from {{ ref('int_pending_actions') }} as p
    inner join listed as l on p.action_id = l.action_id
    left join {{ ref('prs_case_contacts') }} as c on p.case_id = c.case_id
)

select * from final
