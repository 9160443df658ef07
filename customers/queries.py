"""What is asked of the published build: one row each, all instants in UTC, by the stable key of courier and AWB."""

from __future__ import annotations

#: One life of an AWB, by key and epoch; is_latest: the AWB has had no later one.
LIFE = """
select d.shipment_id, coalesce(c.name, d.courier) as carrier, coalesce(d.via, d.courier) as booked_with,
    d.shipment_outcome, d.tracking_status, d.closed_at, d.first_ndr_at, d.manifested_at, d.promised_on,
    d.city, d.pincode, d.order_id, d.epoch = max(d.epoch) over () as is_latest, b.as_of
from marts_file.marts.dim_shipments as d
left join marts_file.marts.dim_couriers as c on c.slug = d.courier
cross join marts_file.marts.rpt_build as b
where d.shipment_key = $key
qualify d.epoch = $epoch
"""

#: The latest life of an AWB, by key.
LATEST = """
select awb, epoch from marts_file.marts.dim_shipments
where shipment_key = $key order by epoch desc limit 1
"""

#: When a case came to its latest status, by case.
STATUS_AT = """
select max(occurred_at) as status_at from marts_file.marts.fct_case_events
where shipment_key = $key and case_id = $id and lane = 'courier' and kind = $status
"""

#: The last failure of a case and its reason.
FAILURE = """
select opened_at as failed_at, reason_bucket from marts_file.marts.fct_ndr_cycles
where shipment_key = $key and case_id = $id order by cycle_number desc limit 1
"""

#: The customer's last answer that says what is to be done.
ANSWER = """
select instructed_at, customer_response, requested_on, window_start, window_end
from marts_file.marts.fct_instructions
where shipment_key = $key and case_id = $id and source = 'customer' and customer_response is not null
order by instructed_at desc, instruction_id limit 1
"""

#: Phone and address of a case: as ordered, and as corrected since.
CONTACT = """
select customer_phone, new_phone, address, new_address, new_pincode
from personal_file.personal.prs_case_contacts where shipment_key = $key and case_id = $id
"""
