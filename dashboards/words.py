"""The plain words that pages show for the words of the published tables.

Owns: one dictionary per vocabulary; a test holds each to the seed or contract it translates.
Refuses: to hide a word it does not know; `plain` shows it readable instead of failing.
"""

from __future__ import annotations

REASONS = {
    "customer_unavailable": "Customer not available",
    "address_issue": "Address wrong",
    "customer_refused": "Customer refused",
    "phone_unreachable": "Phone not reachable",
    "invalid_number": "Number invalid",
    "future_delivery_requested": "Asked for later",
    "premises_closed": "Premises closed",
    "payment_not_ready": "Payment not ready",
    "external_factor": "Outside cause",
    "out_of_delivery_area": "Outside area",
    "self_collect": "Will collect",
    "not_attempted": "Not attempted",
    "other": "Other reason",
    "unmapped": "Reason not known",
}

STATUSES = {
    "order_created": "Order created",
    "pickup_pending": "Waiting for pickup",
    "out_for_pickup": "Out for pickup",
    "pickup_failed": "Pickup failed",
    "picked_up": "Picked up",
    "in_transit": "In transit",
    "at_destination": "At destination hub",
    "out_for_delivery": "Out for delivery",
    "failed_delivery": "Delivery failed",
    "delivered": "Delivered",
    "partially_delivered": "Partly delivered",
    "held": "Held",
    "delayed": "Delayed",
    "reattempt_scheduled": "Reattempt scheduled",
    "rto_requested": "Return asked for",
    "rto_initiated": "Return started",
    "rto_in_transit": "Return in transit",
    "rto_out_for_delivery": "Return out for delivery",
    "rto_failed": "Return delivery failed",
    "rto_delivered": "Returned to origin",
    "rto_cancelled": "Return cancelled",
    "lost": "Lost",
    "damaged": "Damaged",
    "disposed": "Disposed of",
    "cancellation_requested": "Cancellation asked for",
    "cancelled": "Cancelled",
    "informational": "For information",
    "reverse": "Customer return pickup",
    "unmapped": "Code not known",
}

STAGES = {"new": "New", "processed": "Processed", "mailed": "Mailed", "closed": "Closed"}
STAGE_HELP = {
    "new": "Needs a decision from us",
    "processed": "Decided, not yet accepted by the courier",
    "mailed": "Accepted, waiting for the courier",
    "closed": "Delivered, returned or otherwise ended",
    "all": "Every case, open and closed",
}
STAGE_REASONS = {
    "no_instruction": "No instruction yet",
    "rejected": "Courier refused it",
    "courier_silent": "Courier silent for 72 h",
    "unsettled": "Not settled in 24 h",
    "conflict": "Customer and operations disagree",
    "answer_to_read": "Answer to read",
    "not_sent": "Not sent yet",
    "unknown": "Sent, answer unclear",
    "disputed": "Marked delivered, disputed",
    "accepted": "Waiting for courier",
    "newer_not_sent": "Waiting; newer one not sent",
    "newer_unknown": "Waiting; newer one unclear",
    "newer_rejected": "Waiting; newer one refused",
}
OUTCOMES = {
    "open": "Open",
    "delivered": "Delivered",
    "partially_delivered": "Partly delivered",
    "rto": "Returned (RTO)",
    "lost": "Lost",
    "damaged": "Damaged",
    "disposed": "Disposed of",
    "cancelled": "Cancelled",
}
CYCLE_RESULTS = OUTCOMES | {"failed_again": "Failed again"}

LANES = {"courier": "Courier", "customer": "Customer", "operations": "Operations", "system": "System"}
SOURCES = {"customer": "Customer", "operations": "Operations", "rule": "Rule", "default": "Default"}
ACTIONS = {
    "reattempt": "Reattempt",
    "rto": "Return to origin",
    "mark_delivered": "Mark as delivered",
    "hold": "Hold",
    "update_details": "Update details",
    "fake_attempt": "Fake-attempt claim",
}
# What people told us, in the words of the timeline.
RESPONSES = {
    "reattempt": "Customer asked for another attempt",
    "refuse": "Customer refused the parcel",
    "already_delivered": "Customer says that it was delivered",
    "update_details": "Customer corrected the details",
    "other": "Customer wrote to us",
}
ENTRIES = {
    "follow_up": "Followed up",
    "reattempt": "Chose another attempt",
    "rto": "Chose the return",
    "mark_delivered": "Marked as delivered",
    "hold": "Put on hold",
    "fake_attempt": "Claimed that there was no attempt",
    "note": "Wrote a note",
    "undo": "Taken back",
}
# Entries that say something of another one or of a judgement, not of the parcel; the timeline has no line for them.
ABOUT_OTHERS = {"undo": "Took a decision back", "escalation": "Escalated a breach"}
CALLS = {
    "picked": "call answered",
    "ringing": "call not answered",
    "busy": "line busy",
    "switched_off": "phone switched off",
    "wrong_number": "wrong number",
}
# What an agent chooses from.
UNANSWERED = {
    "ringing": "No answer",
    "busy": "Busy",
    "switched_off": "Switched off",
    "wrong_number": "Wrong number",
}
CHOICES = {
    "follow_up": "Nothing decided",
    "reattempt": "Come again",
    "rto": "Return it",
    "mark_delivered": "Customer has it",
    "hold": "Hold",
    "fake_attempt": "Nobody came",
}
CHOICE_HELP = {
    "follow_up": "Only the call is kept; the case stays as it is.",
    "reattempt": "The courier is asked to come again.",
    "rto": "The parcel goes back to the seller and the sale is lost.",
    "mark_delivered": "The customer says that the parcel is there: a dispute with the courier.",
    "hold": "The courier is asked to wait.",
    "fake_attempt": "A claim that there was no attempt, for the escalation team; the case stays as it is.",
}
SUBMISSIONS = {"pending": "Not sent", "submitted": "Accepted", "failed": "Refused", "unknown": "Unclear"}
# Why an action waits to be sent at all, and for what else than its time.
RULES = {
    "customer": "The customer asked for it",
    "operations": "An agent decided it",
    "default_reattempt": "Nobody answered in time",
    "last_attempt": "Two contacts were not answered",
    "voluntary_return": "Two contacts were not answered",
    "hold_release": "The hold is over",
}
RULE_MEANS = {
    "default_reattempt": "another attempt is the default",
    "last_attempt": "one last attempt",
    "voluntary_return": "it goes back",
}
WAITS = {
    "status": "The parcel's status: the courier takes it only after certain scans",
    "conflict": "Customer and operations disagree: decide on the case page",
    "new_information": "The attempts are used up: give a new day, phone or address on the case page",
}
# Why a courier refused, and what to do next; the words of couriers.actions.REASONS and of feeds.
REFUSALS = {
    "already_delivered": "already delivered",
    "already_rto": "already going back",
    "ineligible_status": "not at this status",
    "attempts_exhausted": "no attempts left",
    "invalid_request": "not understood",
    "unauthorised": "our access was refused",
    "expired": "too late",
    "unsupported": "the courier has no way to ask this",
    "in_words": "said in words",
}
# Why it is not known whether a courier took what was sent.
UNCLEAR = {
    "processing": "the courier works on it",
    "sender_died": "we broke off while it was sent",
}
NEXT_STEPS = {
    "already_delivered": "Ask the customer; if nothing came, claim it as a fake delivery.",
    "already_rto": "Nothing can be asked any more; a return against an accepted promise is a breach.",
    "ineligible_status": "It goes again by itself once the courier's scan allows it; else call the courier.",
    "attempts_exhausted": "Ask for a fourth attempt with a new phone or address, or let it go back.",
    "invalid_request": "Check date, phone and address on the case page and decide again.",
    "unauthorised": "Nothing arrives until the courier's key is mended: see Data health and the settings.",
    "expired": "Decide again on the case page, for a later day.",
    "unsupported": "Ask by the courier's portal or by mail, and note it on the case.",
    "in_words": "Read the courier's words on the case page.",
}
UNKNOWN_NEXT = "We do not know whether the courier took it. It is being read back."
UNKNOWN_LONG = "Still not known: ask the courier, then say on the case page whether it has it."
JUDGEMENTS = {
    "honoured": "Honoured",
    "not_honoured": "Not honoured",
    "sla_breached": "SLA breached",
    "superseded": "Replaced",
    "not_applicable": "Not judged",
    "pending": "Awaited",
}
# What a link can narrow the cases to; a fault of the courier's own is one of the other two.
JUDGED = {
    "honoured": "Honoured",
    "not_honoured": "Not honoured",
    "sla_breached": "SLA breached",
    "courier_fault": "Courier's fault",
}
OUTCOME_REASONS = {
    "attempted_early": "came early",
    "attempted_late": "came late",
    "attempted": "came as asked",
    "delivered_early": "delivered early",
    "delivered_late": "delivered late",
    "outside_window": "outside the window",
    "overdue": "nobody came",
    "direct_rto": "returned without an attempt",
    "unverified_attempt": "out for delivery, no result",
    "too_late_to_act": "too late for the courier to act",
    "awaiting_attempt": "waiting for the visit",
    "newer_instruction": "newer instruction",
    "newer_cycle": "failed again since",
    "return_requested": "return was asked for",
}
BANDS = {
    "within_30m": "within 30 min",
    "30m_2h": "30 min to 2 h",
    "2h_4h": "2 to 4 h",
    "4h_24h": "4 to 24 h",
    "24h_48h": "24 to 48 h",
    "over_48h": "after 48 h",
    "none": "never contacted",
}
# What a link can narrow the cases to: those that were open and not contacted when this began.
WAITING = {
    "within_30m": "at the failure",
    "30m_2h": "after 30 min",
    "2h_4h": "after 2 h",
    "4h_24h": "after 4 h",
    "24h_48h": "after 24 h",
    "over_48h": "after 48 h",
}
# What a link can narrow the cases to: those with such an instruction, and with such a message.
INSTRUCTED = {"sent": "sent to the courier", "accepted": "accepted by the courier"}
MESSAGES = {"delivered": "delivered", "answered": "answered within 24 h"}
# What makes an attempt worth a question; none of them proves anything.
SIGNALS = {
    "no_result": "Out for delivery, no result",
    "no_dispatch": "Failed, never out for delivery",
    "not_attempted": "Courier says: no visit",
    "at_night": "Failed between 22:00 and 6:00",
    "claimed_fake": "We claimed a fake attempt",
}
SIGNAL_HELP = {
    "no_result": "A dispatch without a result before the next dispatch, the return or the end",
    "no_dispatch": "A failed delivery without a scan of going out before it; the scan may be missing",
    "not_attempted": "The courier's own reason says that nobody went",
    "at_night": "Of failures that have a time of day",
    "claimed_fake": "Operations entered a fake-attempt claim",
}
# What a link can narrow the cases to: those with such a reattempt.
REATTEMPTS = {
    "confirmed": "Confirmed by the customer",
    "unconfirmed": "Not confirmed",
    "after_1": "After the first failure",
    "after_2": "After the second failure",
    "after_3": "After the third or a later failure",
}
REATTEMPTS |= {f"{word}_delivered": f"{label}, delivered" for word, label in REATTEMPTS.items()}
EVIDENCE = {
    "api_answer": "by the courier's answer",
    "job_id": "with a job number",
    "scan": "shown by a scan",
    "asked": "the courier said so when asked",
    "mailed_report": "by a mailed report",
    "read_back": "by reading it back",
    "not_stated": "evidence not stated",
}
FAULTS = {"courier": "The courier's", "customer": "The customer's", "none": "Nobody's"}
# In what way a fact of the timeline bears on a judgement.
PROOF_ROLES = {
    "given": "Asked",
    "accepted": "Accepted",
    "before": "Attempt before",
    "between": "Meanwhile",
    "decided": "Decided",
}
ESCALATIONS = {
    "not_raised": "Not raised",
    "raised": "Raised",
    "answered": "Courier answered",
    "upheld": "Upheld",
    "rejected": "Rejected",
}
# A step of an escalation: what an agent chooses, and the line of its history.
STEPS = {
    "raised": "Raise with the courier",
    "answered": "The courier answered",
    "upheld": "Upheld: the courier pays or mends",
    "rejected": "Rejected by the courier",
}
STEPS_AFTER = {
    "not_raised": ("raised",),
    "raised": ("answered", "upheld", "rejected"),
    "answered": ("upheld", "rejected", "raised"),
    "upheld": (),
    "rejected": ("raised",),
}
METRICS = {
    "recovery_rate": "Recovery",
    "median_response_minutes": "First contact, median",
    "ndr_rate": "NDR rate",
    "customer_confirmed_share": "Reattempts the customer confirmed",
    "template_response_rate": "Messages answered",
}
# What the count beside each metric counts.
METRIC_COUNTS = {
    "recovery_rate": "cases",
    "median_response_minutes": "cases with a time of day",
    "ndr_rate": "parcels out for delivery",
    "customer_confirmed_share": "reattempts carried out",
    "template_response_rate": "cases with a delivered message",
}
METRIC_HELP = {
    "recovery_rate": "Delivered to the consignee, of all cases that first failed in these weeks.",
    "median_response_minutes": "From the first failure to the first contact; never contacted counts as longest.",
    "ndr_rate": "Parcels with a failed delivery, of those first out for delivery in these weeks. "
    "Those that never failed have no case to open.",
    "customer_confirmed_share": "Confirmed by the customer before the attempt, of reattempts on recoverable reasons.",
    "template_response_rate": "Answered within 24 h, of cases with a delivered message.",
}
PAYMENTS = {"COD": "COD", "PREPAID": "Prepaid"}


def plain(word: str | None, *vocabularies: dict[str, str]) -> str:
    """The page's words for a table's word, from the first vocabulary that has it."""
    if word is None:
        return "–"
    for vocabulary in vocabularies:
        if word in vocabulary:
            return vocabulary[word]
    return word.replace("_", " ").capitalize()


def judgement(outcome: str | None, reason: str | None) -> str:
    """An instruction's outcome with its reason, as in "Not honoured: came early"."""
    head = plain(outcome, JUDGEMENTS)
    if reason is None or outcome == "pending":
        return head
    tail = plain(reason, OUTCOME_REASONS)
    return f"{head}: {tail[0].lower()}{tail[1:]}"
