-- Grain: ndr_week, line. What failed parcels cost and what working on them may have brought, in INR, by the rows of the
-- cost card that are in use. Recovered is not saved: some parcels arrive without anybody's doing, so the returns
-- avoided are an upper bound, and only a held-out group can say more.
with instructed as (
    select distinct case_id from {{ ref('fct_instructions') }}
    where submission = 'submitted'
),

cases as (
    select
        c.ndr_week,
        c.is_mature,
        c.is_recovered,
        c.shipment_outcome = 'rto' as is_returned,
        c.first_contact_at is not null or i.case_id is not null as is_worked_on
    from {{ ref('fct_ndr_cases') }} as c
    left join instructed as i on c.case_id = i.case_id
),

lines as (
    select * from {{ ref('money_lines') }}
),

cost_card as (
    select * from {{ ref('cost_card') }}
    where is_in_use
),

weeks as (
    select
        ndr_week,
        bool_and(is_mature) as is_mature,
        count(*) filter (where is_worked_on and is_recovered) as returns_avoided_at_most,
        count(*) filter (where is_worked_on) as interventions,
        count(*) filter (where is_returned) as returns_paid
    from cases
    group by ndr_week
),

quantities as (
    select ndr_week, is_mature, 'returns_avoided_at_most' as line, returns_avoided_at_most as quantity from weeks
    union all
    select ndr_week, is_mature, 'interventions' as line, interventions as quantity from weeks
    union all
    select ndr_week, is_mature, 'returns_paid' as line, returns_paid as quantity from weeks
),

final as (
    select
        q.ndr_week,
        q.line,
        l.line_order,
        l.caption,
        q.quantity,
        k.low as unit_low,
        k.high as unit_high,
        q.quantity * k.low as amount_low,
        q.quantity * k.high as amount_high,
        q.is_mature,
        k.source,
        k.assumption
    from quantities as q
    inner join lines as l on q.line = l.line
    left join cost_card as k
        on
            l.cost_item = k.cost_item
            and q.ndr_week >= coalesce(k.valid_from, q.ndr_week)
            and q.ndr_week <= coalesce(k.valid_to, q.ndr_week)
)

select * from final
