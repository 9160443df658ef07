"""The columns and words that a worked case may use, written from the contract's page and not from the code.

Owns: the check that a case does not pass or fail by a misspelling. Refuses: importing the product, whose
own lists would share its mistakes.
"""

from __future__ import annotations


def _words(text: str) -> set[str]:
    return set(text.split())


_STATUSES = _words(
    "order_created pickup_pending out_for_pickup pickup_failed picked_up in_transit at_destination "
    "out_for_delivery failed_delivery delivered partially_delivered held delayed reattempt_scheduled "
    "rto_requested rto_initiated rto_in_transit rto_out_for_delivery rto_failed rto_delivered rto_cancelled "
    "lost damaged disposed cancellation_requested cancelled informational reverse unmapped"
)
_REASONS = _words(
    "customer_unavailable address_issue customer_refused phone_unreachable invalid_number "
    "future_delivery_requested premises_closed payment_not_ready external_factor out_of_delivery_area "
    "self_collect not_attempted other unmapped"
)
_ACTIONS = {"reattempt", "rto", "mark_delivered", "hold", "update_details", "fake_attempt"}
_SOURCES = {"customer", "operations", "rule", "default"}
_CALLS = {"picked", "ringing", "busy", "switched_off", "wrong_number"}
_FINAL = {"delivered", "partially_delivered", "rto", "lost", "damaged", "disposed", "cancelled"}
_SHIPMENT_ENDS = {"shipment_lost", "shipment_damaged", "shipment_disposed", "shipment_cancelled"}
_REFUSALS = _words(
    "already_delivered already_rto ineligible_status attempts_exhausted invalid_request unauthorised "
    "expired unsupported"
)
_DETAILS = _words("requested_on window_start window_end new_phone new_address new_pincode")

FEED_COLUMNS = {
    "shipments": _words(
        "courier awb order_id manifested_at payment_mode order_value brand product_category weight_grams "
        "customer_id customer_name customer_phone customer_email address city state pincode origin_pincode "
        "promised_on via parent_awb"
    ),
    "scans": _words(
        "courier awb scanned_at native_code native_text reason_code reason_text attempt_number location "
        "pincode latitude longitude remark agent_id photo_url leg via received_at"
    ),
    "customer_feedback": _DETAILS
    | _words("courier awb responded_at channel response landmark text received_at"),
    "ops_feedback": _DETAILS
    | _words("courier awb acted_at agent entry call_outcome call_id remark received_at"),
    "courier_actions": _words(
        "action_id courier awb action source instructed_at requested_on window_start window_end "
        "submitted_at responded_at result result_reason courier_reference received_at"
    ),
    "messages": _words(
        "message_id courier awb channel template sent_at accepted_at delivered_at read_at failed_at "
        "failure_reason received_at"
    ),
}
FEED_WORDS: dict[str, dict[str, set[str]]] = {
    "shipments": {"payment_mode": {"COD", "PREPAID"}},
    "scans": {"leg": {"forward", "return"}},
    "customer_feedback": {
        "response": {"reattempt", "refuse", "already_delivered", "update_details", "other"}
    },
    "ops_feedback": {
        "entry": {"follow_up", "reattempt", "rto", "mark_delivered", "hold", "fake_attempt", "note"},
        "call_outcome": _CALLS,
    },
    "courier_actions": {
        "action": _ACTIONS,
        "source": _SOURCES,
        "result": {"accepted", "rejected", "unknown"},
        "result_reason": _REFUSALS,
    },
}

PUBLISHED_TABLES = {
    "case": "fct_ndr_cases",
    "cases": "fct_ndr_cases",
    "cycles": "fct_ndr_cycles",
    "attempts": "fct_delivery_attempts",
    "instructions": "fct_instructions",
    "shipments": "dim_shipments",
    "pending": "rpt_pending_actions",
}
_CASE_COLUMNS = _words(
    "case_id courier awb epoch order_id payment_mode order_value pincode city state first_ndr_at ndr_week "
    "reason_bucket native_reason_code attempts cycles stage stage_reason shipment_outcome is_recovered "
    "is_rto_reversed is_delivery_reversed closed_at first_contact_at response_minutes response_band "
    "has_customer_feedback has_ops_feedback follow_ups cycle_follow_ups allocated_to allocated_at "
    "tracking_status is_mature"
)
PUBLISHED_COLUMNS = {
    "case": _CASE_COLUMNS,
    "cases": _CASE_COLUMNS,
    "cycles": _words("case_id courier awb cycle_number opened_at closed_at reason_bucket result"),
    "attempts": _words(
        "courier awb epoch attempt_number opened_at closed_at result reason_bucket restated_reason "
        "is_without_ofd sightings"
    ),
    "instructions": _words(
        "instruction_id case_id courier awb cycle_number source action instructed_at requested_on "
        "window_start window_end submission submission_reason accepted_at outcome outcome_reason fault "
        "decided_at customer_response courier_response tab"
    ),
    "shipments": _words(
        "shipment_id courier awb epoch via order_id manifested_at payment_mode order_value pincode "
        "first_ofd_at first_ndr_at shipment_outcome delivered_at"
    ),
    "pending": _words(
        "case_id courier awb epoch booked_with cycle_number source action instructed_at requested_on send_on "
        "send_window_start send_window_end release_at expires_at priority waits_for is_supported advice "
        "differences is_unclear latest_scan_at attempts rule case_stage"
    ),
}
PUBLISHED_WORDS: dict[str, set[str]] = {
    "stage": {"new", "processed", "mailed", "closed"},
    "stage_reason": _FINAL
    | {"accepted", "newer_not_sent", "newer_unknown", "newer_rejected", "not_sent", "unknown", "disputed"}
    | {"no_instruction", "rejected", "courier_silent", "unsettled", "conflict", "answer_to_read"},
    "shipment_outcome": _FINAL | {"open"},
    "tracking_status": _STATUSES,
    "reason_bucket": _REASONS,
    "restated_reason": _REASONS,
    "response_band": _words("within_30m 30m_2h 2h_4h 4h_24h 24h_48h over_48h none"),
    "result": (_FINAL | {"failed_again", "failed", "unverified", "open"}) - {"partially_delivered"},
    "source": _SOURCES,
    "action": _ACTIONS,
    "submission_reason": _REFUSALS,
    "submission": {"pending", "submitted", "failed", "unknown"},
    "outcome": _words("not_applicable superseded honoured not_honoured sla_breached pending"),
    "outcome_reason": _SHIPMENT_ENDS
    | {f"already_{outcome}" for outcome in _FINAL - {"partially_delivered"}}
    | _words(
        "newer_instruction newer_cycle outranked return_requested delivered delivered_early delivered_late"
    )
    | _words("attempted attempted_early attempted_late not_attempted external_factor outside_window")
    | _words("customer_unavailable attempts_exhausted unverified_attempt too_late_to_act direct_rto overdue")
    | {"awaiting_attempt", "returned", "delivered_instead"},
    "fault": {"courier", "customer", "none"},
    "tab": _words("sla_breached not_honoured failed unknown submitted pending"),
    "rule": _words("customer operations default_reattempt hold_release last_attempt voluntary_return"),
    "waits_for": _words("status conflict new_information"),
}
