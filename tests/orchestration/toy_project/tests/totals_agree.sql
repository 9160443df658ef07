-- A test of no single model.
select totals.scans
from {{ ref('fct_totals') }} as totals
where totals.scans <> (select sum(scans) from {{ ref('int_scans') }})
