"""What a pack says of a breach, as names and sentences: the same words in the PDF and on the page. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dashboards import formats, words
from dashboards.formats import plural

Breach = Mapping[str, Any]

PRIVACY = (
    "Times are Indian Standard Time. No name, phone number or address is in this pack, and no text that a courier's"
    " staff wrote."
)


def title(row: Breach, courier: str) -> str:
    """What the pack is about, in one line."""
    return (
        f"{courier} accepted a reattempt of AWB {row['awb']} and returned the parcel without another attempt"
    )


def sections(row: Breach, courier: str) -> dict[str, dict[str, str]]:
    """By heading, names and values."""
    return {
        "What was asked": _asked(row, courier),
        "How it was accepted": {
            "Accepted": at(row["accepted_at"]),
            "Evidence": words.plain(row["acceptance_evidence"] or "not_stated", words.EVIDENCE).capitalize(),
            "Courier's reference": row["acceptance_reference"] or "none was given",
        },
        "The clock": _clock(row),
        "The rule": _rule(row),
    }


def at(instant: datetime | None) -> str:
    """An instant in full, IST."""
    return formats.full(instant) or "not known"


def _asked(row: Breach, courier: str) -> dict[str, str]:
    on = (
        f"{row['requested_on']:%a} {row['requested_on'].day} {row['requested_on']:%b %Y}"
        if row["requested_on"]
        else ""
    )
    window = [str(row[side])[:5] if row[side] else "any time" for side in ("window_start", "window_end")]
    day = on or "no day given"
    if row["window_start"] or row["window_end"]:
        day += f", {window[0]} to {window[1]}"
    return {
        "Courier": courier,
        "AWB": row["awb"],
        "Order": row["order_id"] or "not known",
        "Value": f"{formats.rupees(row['order_value'])}, {words.plain(row['payment_mode'], words.PAYMENTS)}",
        "Asked for": f"{words.plain(row['action'], words.ACTIONS)} on {day}",
        "Asked by": f"{words.plain(row['source'], words.SOURCES)}, {at(row['instructed_at'])}",
        "Sent to the courier": at(row["submitted_at"]),
        "Our instruction": row["instruction_id"],
    }


def _clock(row: Breach) -> dict[str, str]:
    return {
        "Accepted": at(row["accepted_at"]),
        "Return started": at(row["return_started_at"]),
        "Between them": f"{formats.duration(row['hours_to_return'] * 60)} and no attempt",
        "Attempts before": f"{row['attempts_before']} by the scans, "
        + (
            f"{row['courier_attempt_number']} by the courier's own count"
            if row["courier_attempt_number"] is not None
            else "the courier gives no count"
        ),
    }


def _rule(row: Breach) -> dict[str, str]:
    owed, notice = row["max_attempts"], row["notice_minutes"]
    whose = "the courier's own rule" if row["sla_rule_of"] == "courier" else "the rule for all couriers"
    since = f", since {at(row['sla_rule_begins_at'])}" if row["sla_rule_begins_at"] else ""
    return {
        "Owed": f"{owed} {plural(owed, 'attempt')}" if owed is not None else "not known",
        "Notice": f"{formats.duration(notice)} to act on an order" if notice else "none",
        "Source": whose.capitalize() + since,
        "Judged by": row["judged_by"] or "",
    }
