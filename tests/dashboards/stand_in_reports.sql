create table dim_shipments as
select case_id as shipment_id, courier, awb, epoch, order_id, first_ndr_at, shipment_outcome from fct_ndr_cases;
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
    b.first_ndr_at + interval 305 minute as submitted_at, 
    if(u(i, 21) >= 0.8 and i % 2 = 0, null, b.first_ndr_at + interval 6 hour) as accepted_at,
    case when u(i, 21) < 0.08 and fate = 'rto' then 'sla_breached' when u(i, 21) < 0.5 then 'honoured'
        when u(i, 21) < 0.8 then 'not_honoured' else 'pending' end as outcome,
    case when u(i, 21) < 0.08 and fate = 'rto' then 'direct_rto' when u(i, 21) < 0.5 then 'attempted'
        when u(i, 21) < 0.8 then 'attempted_early' else 'awaiting_attempt' end as outcome_reason,
    case when outcome <> 'pending' then 'The rule that judged it.' end as judged_by, 'api_answer' as acceptance_evidence,
    false as is_stale_basis, if(outcome = 'sla_breached', 1, null) as attempts_before,
    null::int as courier_attempt_number, if(outcome = 'sla_breached', 3, null) as max_attempts,
    if(outcome = 'sla_breached', 0, null) as notice_minutes, if(outcome = 'sla_breached', 'default', null) as sla_rule_of,
    null::timestamptz as sla_rule_begins_at,
    case when outcome in ('not_honoured', 'sla_breached') then 'courier' end as fault, b.first_ndr_at + interval 30 hour as decided_at,
    'reattempt' as customer_response, 'accepted' as courier_response,
    case when u(i, 21) < 0.08 and fate = 'rto' then 'sla_breached' when u(i, 21) < 0.5 then 'submitted'
        when u(i, 21) < 0.8 then 'not_honoured' else 'pending' end as tab
from base b join fct_ndr_cases c using (case_id) where u(i, 19) < 0.6;
insert into fct_instructions by name
select 'J' || i as instruction_id, case_id, courier, awb, 1 as cycle_number, 'operations' as source,
    pick(['reattempt', 'rto', 'update_details'], u(i, 51)) as action, sent_at - interval 1 minute as instructed_at,
    sent_at as submitted_at, false as is_stale_basis, 'operations' as customer_response,
    if(u(i, 52) < 0.6, 'failed', 'unknown') as submission, submission as tab, 'not_applicable' as outcome,
    if(submission = 'failed', pick(['ineligible_status', 'attempts_exhausted', 'unsupported'], u(i, 53)), 'timeout')
        as submission_reason
from (select *, $as_of::timestamptz - cast(floor(u(i, 54) * 600) as int) * interval 1 minute as sent_at from base)
where u(i, 55) < if(is_closed, 0.05, 0.3);
create table rpt_pending_actions as
select 'A' || i as action_id, b.case_id, b.courier, b.awb, 0 as epoch, b.courier as booked_with, c.cycles as cycle_number,
    pick(['customer', 'operations', 'default'], u(i, 60)) as source,
    pick(['reattempt', 'reattempt', 'rto', 'update_details', 'fake_attempt'], u(i, 61)) as action,
    $as_of::timestamptz - interval 2 hour as instructed_at, ist($as_of::timestamptz) + 1 as requested_on,
    if(b.courier = 'delhivery', null, ist($as_of::timestamptz) + 1) as send_on, null::varchar as send_window_start,
    null::varchar as send_window_end, $as_of::timestamptz + cast(floor(u(i, 62) * 300 - 60) as int) * interval 1 minute as release_at,
    $as_of::timestamptz + interval 20 hour as expires_at, 1 as priority,
    case when u(i, 63) < 0.15 then 'status' when u(i, 63) < 0.25 then 'conflict' end as waits_for,
    u(i, 64) > 0.1 as is_supported, if(u(i, 64) > 0.1, null, 'Ask by the portal of the courier') as advice,
    if(b.courier = 'delhivery', 'Delhivery takes no date: it comes the next day', null) as differences,
    false as is_unclear, b.first_ndr_at as latest_scan_at, c.attempts,
    if(source = 'default', 'default_reattempt', source) as rule, c.stage as case_stage
from base b join fct_ndr_cases c using (case_id) where not is_closed and u(i, 65) < 0.5;
create table rpt_sla_breaches as
select n.* exclude (attempts_before, courier_attempt_number, submitted_at, judged_by, sla_rule_of, sla_rule_begins_at),
    c.order_id, c.payment_mode, c.order_value,
    n.accepted_at + interval 20 hour as return_started_at, 20.0 as hours_to_return, c.attempts as attempts_before,
    c.attempts as courier_attempt_number, 'not_raised' as escalation_state, null::timestamptz as escalated_at,
    0 as times_raised, 'UPL-' || right(n.awb, 4) as acceptance_reference
from fct_instructions n join fct_ndr_cases c using (case_id) where n.outcome = 'sla_breached';
create table rpt_breach_scans as
select instruction_id, k::int as scan_number, accepted_at + (k - 2) * interval 10 hour as scanned_at, false as is_date_only,
    accepted_at + (k - 2) * interval 10 hour + interval 4 minute as received_at, 'EOD-' || k as native_code,
    if(k = 1, '=1+1', null) as native_reason_code, if(k = 1, 'failed_delivery', 'rto_initiated') as status,
    if(k = 1, 'Delivery failed: customer not available', 'Return started') as summary,
    if(k = 1, 'पुणे हब', 'Pune_Hub (Maharashtra)') as location, if(k < 3, 'forward', 'return') as leg,
    k::int as courier_attempt_number
from rpt_sla_breaches, range(1, 5) r(k);
create table rpt_ndr_queue as
select c.*, row_number() over (order by c.order_value desc) as priority, 'Due in 3 hours; COD of high value' as priority_reason,
    'Offer the evening slot (17:00 to 20:00) and confirm a day' as advice, 'today' as urgency, c.reason_bucket as latest_reason_bucket,
    c.order_value > 2000 and c.payment_mode = 'COD' as is_high_value_cod, 0.675 as recovery_chance,
    c.first_ndr_at + interval 24 hour as deadline_at,
    pick(['confirm_slot', 'ask_address', 'call_customer'], u(b.i, 22)) as suggested_action
from fct_ndr_cases c join base b using (case_id) where c.stage <> 'closed';
create table fct_case_events as
select *, date_diff('minute', occurred_at, received_at)::double as learnt_after_minutes from (
select case_id, first_ndr_at as occurred_at, first_ndr_at + interval 3 minute as received_at, 'courier' as lane, 's1' as event_id,
    'failed_delivery' as kind, 'Delivery failed: ' || reason_bucket as summary from fct_ndr_cases
union all select case_id, first_contact_at, first_contact_at, 'system', 'm1', 'message', 'WhatsApp sent'
    from fct_ndr_cases where first_contact_at is not null
union all select case_id, first_ndr_at + interval 4 hour, first_ndr_at + interval 4 hour, 'customer', 'c1', 'response',
    'Asked for a reattempt tomorrow' from fct_ndr_cases where has_customer_feedback
union all select case_id, first_ndr_at + interval 5 hour, first_ndr_at + interval 5 hour, 'operations',
    'o1', 'follow_up', 'Called: phone ringing' from fct_ndr_cases where has_ops_feedback
union all select case_id, closed_at, closed_at, 'courier', 's2', shipment_outcome, 'Closed' from fct_ndr_cases
    where closed_at is not null
);
create table fct_instruction_proofs as
select instruction_id, case_id, 's1' as event_id, 'decided' as role from fct_instructions where outcome <> 'pending';
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
    count(*) filter (where is_recovered) / count(*) as recovery_rate, bool_and(is_mature) as is_mature,
    count(*) + 5 as at_risk
from fct_ndr_cases group by all;
create table dim_pincodes as
select cast(560000 + i as varchar) as pincode,
    case when i >= 60 then 'Na' when i % 2 = 1 then 'Mysuru' else 'Bengaluru' end as district,
    case when i < 45 then 'Karnataka' when i < 60 then 'Kerala' else 'Na' end as state,
    case when i < 60 then 10 + u(i, 30) * 6 end as latitude, case when i < 60 then 75 + u(i, 31) * 3 end as longitude
from range(75) r(i);
create table rpt_recovery_by_pincode as
select pincode, count(*) as cases, count(*) filter (where is_recovered) as recovered,
    count(*) filter (where shipment_outcome = 'open') as open_cases, count(*) filter (where is_mature) as mature_cases,
    count(*) filter (where is_mature and is_recovered) as mature_recovered,
    count(*) filter (where is_mature and is_recovered) / nullif(count(*) filter (where is_mature), 0) as recovery_rate
from fct_ndr_cases group by 1;
create table rpt_shipments_weekly as
select ndr_week as week, courier, count(*) * 5 as first_out, count(*) as first_out_with_ndr, 0.2 as ndr_rate,
    count(*) * 7 as manifested, count(*) as manifested_with_ndr, 1 / 7 as ndr_rate_manifested, bool_and(is_mature) as is_mature
from fct_ndr_cases group by 1, 2;
create table rpt_quarantine as select * from (values
    ('scans_delhivery_2026-11-20.csv', 'known_courier', 3::bigint, $as_of::timestamptz - interval 2 day,
     $as_of::timestamptz - interval 2 hour, 'row 3, field courier')
    ) t(source, expectation, rows, first_seen_at, last_seen_at, example);
create table rpt_unmapped_codes as select * from (values
    ('delhivery', 'EOD-999', 12::bigint, $as_of::timestamptz - interval 5 day,
     $as_of::timestamptz - interval 1 hour, 'EOD-999')
    ) t(courier, native_code, rows, first_seen_at, last_seen_at, example);
create table rpt_capture_daily as select * from (values
    ('delhivery', ist($as_of::timestamptz), 1240::bigint, 1180::bigint, 60::bigint, 0::bigint, 1190::bigint, 50::bigint,
     50 / 1240, 31::bigint, 2.5, 8.25),
    ('ekart', ist($as_of::timestamptz) - 1, 300::bigint, 0::bigint, 210::bigint, 90::bigint, 0::bigint, 0::bigint, null,
     0::bigint, null, null),
    ('delhivery', ist($as_of::timestamptz) - 7, 500::bigint, 0::bigint, 500::bigint, 0::bigint, 0::bigint, 500::bigint, 1.0,
     9::bigint, 90.0, 90.0)
    ) t(courier, received_on, scans, first_by_push, first_by_poll, first_by_file, pushed, lost_by_push, lost_share, failures,
        median_detect_minutes, p95_detect_minutes);
create table rpt_courier_scorecard as
with mix as (
    select reason_bucket, count(*) / sum(count(*)) over () as share from fct_ndr_cases where is_mature group by 1
), rates as (
    select courier, reason_bucket, count(*) as cases, count(*) filter (where is_recovered) as recovered
    from fct_ndr_cases where is_mature group by all
), recovery as (
    select courier, sum(cases)::bigint as cases, sum(recovered) / sum(cases) as recovery_rate,
        sum(share * recovered / cases) / sum(share) as recovery_rate_standardised, sum(share) as reason_mix_covered
    from rates join mix using (reason_bucket) group by 1
), judged as (
    select c.courier, count(*) as judged, count(*) filter (where outcome = 'honoured') / count(*) as honoured_share,
        count(*) filter (where outcome = 'not_honoured') / count(*) as not_honoured_share,
        count(*) filter (where fault = 'courier') / count(*) as courier_fault_share,
        count(*) filter (where outcome = 'sla_breached') / count(*) as sla_breached_share
    from fct_instructions n join fct_ndr_cases c using (case_id)
    where is_mature and outcome in ('honoured', 'not_honoured', 'sla_breached') group by 1
)
select recovery.*, coalesce(judged, 0) as judged, honoured_share, not_honoured_share, courier_fault_share,
    sla_breached_share
from recovery left join judged using (courier);
create table rpt_metrics as
with final as (select count(*) as n, count(*) filter (where is_recovered) as recovered from fct_ndr_cases where is_mature)
select metric, cast(case when n > 0 then coalesce(own_value, recovered / n) end as double) as own_value, n
from final, (values ('recovery_rate', null), ('median_response_minutes', 22.0), ('ndr_rate', 0.17),
    ('customer_confirmed_share', 0.48), ('template_response_rate', 0.44)) t(metric, own_value);
create table rpt_benchmark_scorecard as
select metric, source, own_value, n, case when n > 0 then band end as band, cast(low as double) as low,
    cast(high as double) as high, quoted_range,
    is_definition_same, definition_note
from rpt_metrics join (values
    ('recovery_rate', 'Playbook', 'standard', 0.25, 0.45, '25–45%', false, 'Gives no cohort and no day on which it is read'),
    ('recovery_rate', 'Glossary', 'between bands', 0.3, 0.5, null, false, 'Counts reports, one a failed attempt'),
    ('recovery_rate', 'Targets by age', 'below bands', null, 0.55, null, false, 'A target by the age of the programme'),
    ('median_response_minutes', 'Playbook', 'high performer', null, 30.0, 'under 30 min', false, 'Says nothing of cases never contacted'),
    ('ndr_rate', 'Playbook', 'standard', 0.15, 0.22, '15–22%', false, 'Divides by all shipments'),
    ('customer_confirmed_share', 'Playbook', 'standard', 0.3, 0.6, '30–60%', true, 'Ours counts those that were carried out'),
    ('template_response_rate', 'Playbook', 'above bands', 0.4, null, null, false, 'Gives no time limit')
    ) t(metric, source, band, low, high, quoted_range, is_definition_same, definition_note) using (metric);
drop table base;
