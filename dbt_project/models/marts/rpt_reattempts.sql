-- Grain: cut, value. How many reattempts delivered, of cases of mature weeks: confirmed by the customer or not (on recoverable
-- reasons alone, as the metric has it), and by the failure that they followed.
with reattempts as (
    select r.*
    from {{ ref('fct_reattempts') }} as r
    inner join {{ ref('fct_ndr_cases') }} as c on r.case_id = c.case_id
    where c.is_mature
),

counted as (
    select 'confirmed' as cut, case when is_customer_confirmed then 'yes' else 'no' end as value, is_delivered
    from reattempts
    where is_recoverable
    union all
    select 'after_failure' as cut, cast(least(cycle_number, 3) as {{ dbt.type_string() }}) as value, is_delivered
    from reattempts
),

added as (
    select
        cut,
        value,
        count(*) as reattempts,
        count(*) filter (where is_delivered) as delivered
    from counted
    group by cut, value
),

final as (
    select
        cut,
        value,
        reattempts,
        delivered,
        cast(delivered as double) / reattempts as delivered_share,
        {{ wilson_low('delivered', 'reattempts') }} as delivered_share_low,
        {{ wilson_high('delivered', 'reattempts') }} as delivered_share_high
    from added
)

select * from final
