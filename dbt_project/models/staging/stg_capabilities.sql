{{ config(database='warehouse', tags='vocabulary') }}
-- Grain: courier, action. What each courier can be asked and how such a request carries things (yes: in a field,
-- remarks: in words, no: not at all). A hold is a reattempt of a later day; a reattempt carries new details also where
-- the courier takes them in a request of their own; and where it has none, details go with another request for the
-- same attempt.
{% set carried = ['phone', 'address', 'pincode'] -%}
with asked as (
    select * from {{ source('raw', 'courier_capabilities') }}
),

reattempts as (
    select * from asked where action = 'reattempt'
),

details as (
    select * from asked where action = 'update_details'
),

visits as (
    select
        r.courier, r.carries_date, r.carries_window,
        {% for what in carried -%}
        case
            when 'yes' in (r.carries_{{ what }}, coalesce(d.carries_{{ what }}, 'no')) then 'yes'
            when 'remarks' in (r.carries_{{ what }}, coalesce(d.carries_{{ what }}, 'no')) then 'remarks'
            else 'no'
        end as carries_{{ what }},
        {% endfor -%}
        r.days_ahead, r.legal_codes, r.send_after
    from reattempts as r
    left join details as d on r.courier = d.courier
),

detours as (
    select r.*
    from reattempts as r
    left join details as d on r.courier = d.courier
    where d.courier is null and (r.carries_phone <> 'no' or r.carries_address <> 'no' or r.carries_pincode <> 'no')
),

{% set columns -%}
courier, carries_date, carries_window, carries_phone, carries_address, carries_pincode, days_ahead, legal_codes, send_after
{%- endset -%}
worked_out as (
    select 'reattempt' as action, false as is_by_reattempt, {{ columns }} from visits
    union all
    select 'hold' as action, false as is_by_reattempt, {{ columns }} from visits
    union all
    select 'update_details' as action, true as is_by_reattempt, {{ columns }} from detours
    union all
    select action, false as is_by_reattempt, {{ columns }} from asked
    where action <> 'reattempt'
),

final as (
    select
        courier,
        action,
        is_by_reattempt,
        -- Details in a request of their own are of no day.
        case when action <> 'update_details' or is_by_reattempt then carries_date else 'no' end as carries_date,
        carries_window,
        carries_phone,
        carries_address,
        carries_pincode,
        'remarks' in (carries_date, carries_window, carries_phone, carries_address, carries_pincode) as takes_words,
        case when action <> 'update_details' or is_by_reattempt then days_ahead end as days_ahead,
        upper(legal_codes) as legal_codes,
        {{ clock_minutes('send_after') }} as send_after_minute
    from worked_out
)

select * from final
