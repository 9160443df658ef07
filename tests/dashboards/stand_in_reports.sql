create table fct_ndr_cycles as
select c.case_id, c.courier, c.awb, cast(k as int) as cycle_number,
    c.first_ndr_at + (k - 1) * interval 1 day as opened_at,
    case when k < c.cycles then c.first_ndr_at + k * interval 1 day else c.closed_at end as closed_at,
    c.reason_bucket, case when k < c.cycles then 'failed_again' else c.shipment_outcome end as result
from fct_ndr_cases c, range(1, 4) r(k) where k <= c.cycles;
create table fct_instructions as
select 'I' || i as instruction_id, b.case_id, b.courier, b.awb, c.cycles as cycle_number,
    pick(['customer', 'operations', 'rule'], u(i, 20)) as source, 'reattempt' as action,
    b.first_ndr_at + interval 5 hour as instructed_at, ist(b.first_ndr_at) + 1 as requested_on,
    '17:00' as window_start, '20:00' as window_end, 'submitted' as submission, null::varchar as submission_reason,
    b.first_ndr_at + interval 6 hour as accepted_at,
    case when u(i, 21) < 0.08 and fate = 'rto' then 'sla_breached' when u(i, 21) < 0.5 then 'honoured'
        when u(i, 21) < 0.8 then 'not_honoured' else 'pending' end as outcome,
    case when u(i, 21) < 0.08 and fate = 'rto' then 'direct_rto' when u(i, 21) < 0.5 then 'attempted'
        when u(i, 21) < 0.8 then 'attempted_early' else 'awaiting_attempt' end as outcome_reason,
    case when u(i, 21) < 0.8 then 'courier' end as fault, b.first_ndr_at + interval 30 hour as decided_at,
    'reattempt' as customer_response, 'accepted' as courier_response,
    case when u(i, 21) < 0.08 and fate = 'rto' then 'sla_breached' when u(i, 21) < 0.5 then 'submitted'
        when u(i, 21) < 0.8 then 'not_honoured' else 'pending' end as tab
from base b join fct_ndr_cases c using (case_id) where u(i, 19) < 0.6;
create table rpt_sla_breaches as
select n.*, c.order_id, c.payment_mode, c.order_value, 'api_answer' as acceptance_evidence,
    3 as max_attempts, 0 as notice_minutes,
    n.accepted_at + interval 20 hour as return_started_at, 20.0 as hours_to_return, c.attempts as attempts_before,
    c.attempts as courier_attempt_number, 'not_raised' as escalation_state
from fct_instructions n join fct_ndr_cases c using (case_id) where n.outcome = 'sla_breached';
create table rpt_ndr_queue as
select c.*, row_number() over (order by c.order_value desc) as priority, 'Due in 3 hours; COD of high value' as priority_reason,
    'Offer the evening slot (17:00 to 20:00) and confirm a day' as advice, 'today' as urgency, c.reason_bucket as latest_reason_bucket,
    c.order_value > 2000 and c.payment_mode = 'COD' as is_high_value_cod, 0.675 as recovery_chance,
    c.first_ndr_at + interval 24 hour as deadline_at,
    pick(['confirm_slot', 'ask_address', 'call_customer'], u(b.i, 22)) as suggested_action
from fct_ndr_cases c join base b using (case_id) where c.stage <> 'closed';
create table fct_case_events as
select case_id, first_ndr_at as occurred_at, first_ndr_at + interval 3 minute as received_at, 'courier' as lane, 's1' as event_id,
    'failed_delivery' as kind, 'Delivery failed: ' || reason_bucket as summary from fct_ndr_cases
union all select case_id, first_contact_at, first_contact_at, 'system', 'm1', 'message', 'WhatsApp sent'
    from fct_ndr_cases where first_contact_at is not null
union all select case_id, first_ndr_at + interval 4 hour, first_ndr_at + interval 4 hour, 'customer', 'c1', 'response',
    'Asked for a reattempt tomorrow' from fct_ndr_cases where has_customer_feedback
union all select case_id, first_ndr_at + interval 5 hour, first_ndr_at + interval 5 hour, 'operations',
    'o1', 'follow_up', 'Called: phone ringing' from fct_ndr_cases where has_ops_feedback
union all select case_id, closed_at, closed_at, 'courier', 's2', shipment_outcome, 'Closed' from fct_ndr_cases
    where closed_at is not null;
create table rpt_recovery_weekly as
select ndr_week, courier, reason_bucket, payment_mode, count(*) as cases,
    count(*) filter (where is_recovered) as recovered,
    count(*) filter (where shipment_outcome = 'rto') as rto,
    count(*) filter (where shipment_outcome = 'open') as open_cases,
    count(*) filter (where shipment_outcome not in ('open', 'rto', 'delivered')) as other_closed,
    count(*) filter (where is_recovered) / count(*) as recovery_rate, bool_and(is_mature) as is_mature,
    median(response_minutes) as median_response_minutes
from fct_ndr_cases group by all;
create table rpt_response_bands as
select ndr_week, response_band, count(*) as cases, count(*) filter (where is_recovered) as recovered,
    count(*) filter (where is_recovered) / count(*) as recovery_rate, bool_and(is_mature) as is_mature
from fct_ndr_cases group by all;
create table rpt_shipments_weekly as
select ndr_week as ofd_week, count(*) * 7 as shipments, count(*) as ndr_shipments from fct_ndr_cases group by all;
create table rpt_quarantine as select * from (values
    ('scans_delhivery_2026-11-20.csv', 'known_courier', 3::bigint, $as_of::timestamptz - interval 2 day,
     $as_of::timestamptz - interval 2 hour, 'row 3, field courier')
    ) t(source, expectation, rows, first_seen_at, last_seen_at, example);
create table rpt_unmapped_codes as select * from (values
    ('delhivery', 'EOD-999', 12::bigint, $as_of::timestamptz - interval 5 day,
     $as_of::timestamptz - interval 1 hour, 'EOD-999')
    ) t(courier, native_code, rows, first_seen_at, last_seen_at, example);
drop table base;
