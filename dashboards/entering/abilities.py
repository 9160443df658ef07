"""What the courier of a parcel can be asked, in words for the agent who is about to ask. Pure.

Owns: which decisions are not offered and what to do instead, and what a decision loses on its way to the courier.
Refuses: to change what an agent wants; the differences of an order that waits are decided by the warehouse.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from couriers.capabilities import Capability, capabilities
from dashboards import formats, words
from settings import IST

#: The action of an order for each decision that leaves our house; a hold becomes a later attempt, a parcel marked as
#: delivered a dispute.
_ORDERS = {"reattempt": "reattempt", "rto": "rto", "fake_attempt": "fake_attempt", "hold": "reattempt"}
_INSTEAD = {
    "reattempt": "Call the courier, or use its portal, and keep a note of what it said.",
    "rto": "Ask for the return by the courier's portal or by mail, and keep a note of it.",
}
_PARTS = {"phone": "phone number", "address": "address", "pincode": "pincode"}


def booked_with(case: Mapping[str, Any]) -> str:
    """Whose interface takes what is asked of this parcel: the aggregator's, else the courier's."""
    return str(case.get("via") or case["courier"])


def impossible(kind: str, slug: str, name: str) -> str:
    """Why this courier cannot be asked this at all and what to do instead; empty where it can, or nothing is known."""
    known, order = capabilities(slug), _ORDERS.get(kind)
    if not known or order is None or order in known or kind not in _INSTEAD:
        return ""
    return f"{name} has no way to be asked for this: {words.CHOICES[kind].lower()}. {_INSTEAD[kind]}"


def carried(kind: str, slug: str, name: str, now: datetime) -> list[str]:
    """What becomes of this decision on its way to this courier, a sentence each; empty where all goes as entered."""
    known = capabilities(slug)
    if kind == "mark_delivered":
        return ["No courier takes this as an order: it is a dispute, which the escalation team takes up."]
    if kind in _ORDERS and not known:
        return [f"It is not known what {name} can be asked: this is kept, and somebody has to call."]
    if kind == "fake_attempt" and kind not in known:
        return [f"{name} takes no claim from us: it is kept for the escalation team, with its proof."]
    if kind == "hold":
        return [_hold(known.get("reattempt"), name)]
    if kind == "reattempt" and kind in known:
        return _visit(known[kind], known.get("update_details"), name, now)
    return []


def _hold(attempt: Capability | None, name: str) -> str:
    if attempt is None or attempt.date == "no":
        return (
            f"{name} cannot be told to wait: the order is held back by us, and the courier may come before."
        )
    return f"{name} knows no hold: it is asked to come on the day after the hold."


def _visit(attempt: Capability, details: Capability | None, name: str, now: datetime) -> list[str]:
    told = []
    if attempt.date == "no":
        told.append(f"{name} takes no date: it comes the next day.")
    elif attempt.days_ahead is not None:
        last = now.astimezone(IST).date() + timedelta(days=attempt.days_ahead)
        told.append(f"{name} takes a day up to {formats.day(last, now.astimezone(IST).date())}.")
    if attempt.window == "no":
        told.append("It takes no time of day: it may come at any hour.")
    elif attempt.window == "remarks":
        told.append("The time of day goes along in words: it may come at another.")
    lost = []
    for part, label in _PARTS.items():
        if getattr(attempt, part) != "no":
            continue
        if details is not None and getattr(details, part) != "no":
            told.append(f"A new {label} goes as a change of its own.")
        else:
            lost.append(label)
    if lost:
        told.append(f"It cannot be told a new {' or '.join(lost)}: call the courier for that.")
    return told
