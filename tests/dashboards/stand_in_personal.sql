create schema personal;
create table personal.prs_case_contacts as
select case_id, 'CUST-' || (cast(regexp_extract(awb, '\d+') as bigint) % 700) as customer_id,
    'Asha Rao' as customer_name, '98765' || lpad(cast(hash(case_id) % 100000 as varchar), 5, '0') as customer_phone,
    'asha@example.com' as customer_email, '12, 4th Cross, Indiranagar' as address,
    null::varchar as new_phone, null::varchar as new_address, null::varchar as new_pincode,
    null::varchar as landmark
from warehouse.marts.fct_ndr_cases;
create table personal.prs_case_texts as
select case_id, event_id, occurred_at, lane, kind, 'She says come after six' as text
from warehouse.marts.fct_case_events where lane in ('customer', 'operations');
