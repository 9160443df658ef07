"""How often things happen in the stand-in world.

Every default is from a published operations guide where one gives a figure, else made up so that each story
occurs in 20,000 shipments; `guide:` and `made up` say which. They describe a plausible world, not a promise.
"""

from __future__ import annotations

from dataclasses import dataclass, field

REASON_SHARES = {
    # guide (OneflowAI playbook): unavailable 30-45 %, address 15-25, refused 10-20, closed 10-15,
    # unreachable 5-10, other 5-10; the split inside "other" is made up.
    "customer_unavailable": 0.36,
    "address_issue": 0.18,
    "customer_refused": 0.14,
    "premises_closed": 0.10,
    "phone_unreachable": 0.07,
    "invalid_number": 0.03,
    "future_delivery_requested": 0.03,
    "payment_not_ready": 0.03,
    "external_factor": 0.02,
    "not_attempted": 0.02,
    "out_of_delivery_area": 0.01,
    "other": 0.01,
}

REASON_WEIGHTS = {
    # guide: recoverable 60-75 % (unavailable), 40-55 (address), 25-35 (invalid number), 70+ (external), <15
    # (refused). Used as weights around the mean, so that the recovery by response speed stays as given.
    "customer_unavailable": 1.30,
    "address_issue": 0.95,
    "customer_refused": 0.25,
    "premises_closed": 1.20,
    "phone_unreachable": 0.90,
    "invalid_number": 0.60,
    "future_delivery_requested": 1.35,
    "payment_not_ready": 1.10,
    "external_factor": 1.45,
    "not_attempted": 1.30,
    "out_of_delivery_area": 0.20,
    "other": 0.50,
}

RESPONSE_BANDS = {
    # band: (share of cases, recovery). Shares made up; recovery from the guide: within 30 min 40-55 %,
    # 2-4 h 30-40, same day after 4 h 20-30, after 24 h under 10, after 48 h under 5, untouched 20-30.
    "within_30m": (0.34, 0.48),
    "30m_2h": (0.20, 0.42),
    "2h_4h": (0.11, 0.35),
    "4h_24h": (0.13, 0.25),
    # Drawn a little lower for the late ones: some that are not recovered end before the late contact comes.
    "24h_48h": (0.04, 0.055),
    "over_48h": (0.03, 0.03),
    "none": (0.15, 0.25),
}

COURIER_SHARES = {
    # made up; parcels whose story the courier's codes cannot tell are left to `generic`, whose share grows
    "delhivery": 0.26,
    "xpressbees": 0.14,
    "shadowfax": 0.12,
    "ekart": 0.12,
    "bluedart": 0.10,
    "ecom_express": 0.08,
    "generic": 0.18,
}


@dataclass(frozen=True)
class Rates:
    """The rates of a world. Shares are of the group named in the comment and lie in [0, 1]."""

    # parcels
    ndr_share: float = 0.165  # of shipments that go out; guide: 15-22 % is the standard band
    cod_share: float = 0.55  # of parcels that do not fail for money reasons; made up
    parcels_per_customer: float = 1.25  # mean; made up
    cancelled_before_pickup: float = 0.008  # of shipments; made up
    lost_in_transit: float = 0.002  # of shipments; made up
    returned_unattempted: float = 0.003  # of shipments: called back by the seller, no NDR case; made up
    aggregated: float = 0.1  # of parcels booked through each of the aggregators; made up
    reused_awbs: float = 0.01  # of shipments that take the AWB of an ended one; made up
    courier_shares: dict[str, float] = field(default_factory=lambda: dict(COURIER_SHARES))

    # failures and who answers
    reason_shares: dict[str, float] = field(default_factory=lambda: dict(REASON_SHARES))
    reason_weights: dict[str, float] = field(default_factory=lambda: dict(REASON_WEIGHTS))
    response_bands: dict[str, tuple[float, float]] = field(default_factory=lambda: dict(RESPONSE_BANDS))
    same_reason_again: float = 0.6  # of repeated failures; made up
    recovered_after: tuple[float, ...] = (
        0.65,
        0.25,
        0.10,
    )  # by failures before it; guide: 60-70 % before the 2nd
    returned_after: tuple[float, ...] = (0.20, 0.18, 0.57, 0.05)  # guide: three attempts, a fourth on request
    refused_returned_at_once: float = 0.6  # of refusals that go back, after one failure; made up
    other_endings: dict[str, float] = field(
        # of the cases that are not recovered; the rest go back (rto); made up
        default_factory=lambda: {
            "partially_delivered": 0.015,
            "lost": 0.02,
            "damaged": 0.012,
            "disposed": 0.006,
            "cancelled": 0.008,
            "silent": 0.02,
        }
    )

    # instructions, of the cycles in which the customer was reached (or, for default, was not)
    instructed: float = 0.72
    customer_source: float = 0.62  # else operations; guide: 30-60 % customer-confirmed is the middle band
    defaulted: float = 0.30  # of the cycles without contact; a third of them by rule
    returns_asked: float = 0.12  # of last cycles that end in a return; refusals 0.5
    claimed_delivered: float = 0.02
    held_or_claimed_fake: float = 0.02
    # what the courier's interface answers to a reattempt
    submissions: dict[str, float] = field(
        default_factory=lambda: {
            "accepted": 0.72,
            "retried": 0.03,
            "renewed": 0.05,
            "outranked": 0.03,
            "rejected": 0.06,
            "unknown": 0.04,
            "not_sent": 0.05,
            "taken_back": 0.02,
        }
    )

    # what the courier does with an accepted reattempt, by how the cycle ends; made up
    moves_failed: dict[str, float] = field(
        default_factory=lambda: {
            "on_date_customer": 0.38,
            "on_date_other": 0.22,
            "on_date_not_attempted": 0.07,
            "on_date_external": 0.05,
            "outside_window": 0.06,
            "early": 0.06,
            "late": 0.08,
            "skipped": 0.05,
            "already_out": 0.03,
        }
    )
    moves_delivered: dict[str, float] = field(
        default_factory=lambda: {
            "on_date": 0.74,
            "early": 0.08,
            "late": 0.10,
            "already_out": 0.03,
            "rto_reversed": 0.03,
            "found_again": 0.01,
            "too_late": 0.01,
        }
    )
    moves_returned: dict[str, float] = field(
        default_factory=lambda: {
            "direct": 0.52,
            "unverified": 0.16,
            "external": 0.10,
            "return_requested": 0.08,
            "newer_return": 0.08,
            "too_late": 0.06,
        }
    )

    # oddities of the courier's own story; made up
    without_ofd: float = 0.04  # of lives whose courier never scans out for delivery
    numbered: float = 0.4  # of lives whose courier numbers its attempts
    says_leg: float = 0.2  # of lives whose courier names the leg
    healed: float = 0.04  # of recoveries: delivered hours after the failure in the same dispatch
    restated: float = 0.03  # of failures: said once more, often with another reason
    reason_mended: float = 0.3  # of not_attempted failures: a real reason comes hours later
    late_unverified: float = 0.3  # of late attempts: out on the day, no result
    delivery_reversed: float = 0.006  # of deliveries that come back after all
    dated: float = 0.01  # of first failures that only a file with bare dates tells
    unverified_first: float = 0.01  # of parcels: out, no result, out again on the next day

    # the news; made up
    duplicated: float = 0.03  # of scans seen twice
    late_hours: float = 0.015  # of scans learnt hours late
    late_days: float = 0.003  # of scans learnt days late
    unknown_codes: float = 0.005  # of shipments with a scan of an unknown code
    never_sent: float = 0.004  # of cases whose last decisive scan never comes: the truth is unknowable
    in_mis: float = 0.01  # of failures told once more by a file with bare dates
    lost_pushes: float = 0.02  # of pushes of the live world that never arrive: only polling finds the scan

    # what the live world makes of a reattempt that it accepts; the rest comes back without a visit; made up
    orders_kept: float = 0.84  # delivered on the day
    orders_missed: float = 0.08  # nobody there on the day
    orders_late: float = 0.05  # delivered a day late
