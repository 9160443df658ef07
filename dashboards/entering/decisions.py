"""What an agent enters about a parcel: checked, and in the words of the feed. Pure.

Owns: the defaults, what is refused and why, the form of the ledger's `content`. Refuses: writing it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from customers.typed import has_unreadable, mobile, pincode
from settings import IST

#: What tells a courier to do something, or claims it; a call and a note do not.
DECISIONS = ("reattempt", "rto", "mark_delivered", "hold", "fake_attempt")

#: What still makes sense when the parcel has its end.
AFTER_THE_END = ("follow_up", "fake_attempt")

#: Times of day that a window can begin or end at; the default is the evening slot of the playbook.
HALF_HOURS = tuple(f"{hour:02}:{minute:02}" for hour in range(6, 23) for minute in (0, 30))
EVENING = ("17:00", "20:00")


@dataclass(frozen=True)
class Wish:
    """One entry. `kind` is a word of the feed's `entry`, `call_outcome` None where nobody was called; times are
    HH:MM in IST, None is any time; texts are as typed, empty where nothing was."""

    kind: str
    call_outcome: str | None = None
    remark: str = ""
    requested_on: date | None = None
    window_start: str | None = None
    window_end: str | None = None
    new_phone: str = ""
    new_address: str = ""
    new_pincode: str = ""
    proof: str = ""

    @property
    def is_decision(self) -> bool:
        """Whether it must rest on what the agent has seen."""
        return self.kind in DECISIONS

    def content(self, call_id: str) -> dict[str, Any]:
        """The ledger's `content`: the feed's columns; what is not given is None. The proof of a claim stands beside
        them and, as courier and timeline have no place for it, among the remarks."""
        proof = self.proof.strip()
        told = [self.remark.strip(), f"Proof: {proof}" if proof else ""]
        return {
            "call_outcome": self.call_outcome,
            "call_id": call_id,
            "requested_on": self.requested_on.isoformat() if self.requested_on else None,
            "window_start": self.window_start,
            "window_end": self.window_end,
            "new_phone": mobile(self.new_phone),
            "new_address": self.new_address.strip() or None,
            "new_pincode": pincode(self.new_pincode),
            "remark": "; ".join(filter(None, told)) or None,
            **({"proof": proof} if proof else {}),
        }


def tomorrow(now: datetime) -> date:
    """The IST day after `now`: the default of a reattempt."""
    return now.astimezone(IST).date() + timedelta(days=1)


def problems(wish: Wish, now: datetime) -> list[str]:
    """What must be mended before it can be kept, each as a sentence; empty when nothing."""
    found = []
    if wish.kind == "note" and not wish.remark.strip():
        found.append("A note needs its text: write it into the remark.")
    if wish.kind == "reattempt":
        found += _date_problems(wish, now)
    if wish.kind == "hold" and wish.requested_on and wish.requested_on < tomorrow(now):
        found.append("A hold ends at 00:00 of its day: choose tomorrow or later, or no day for 18 hours.")
    if wish.kind == "fake_attempt" and not wish.proof.strip():
        found.append("A claim needs its proof: a link to it, or what the customer said.")
    if wish.new_phone.strip() and not mobile(wish.new_phone):
        found.append("The phone number needs ten digits and begins with 6, 7, 8 or 9.")
    if wish.new_pincode.strip() and not pincode(wish.new_pincode):
        found.append("The pincode needs six digits, like 560001.")
    for name, text in (("address", wish.new_address), ("remark", wish.remark), ("proof", wish.proof)):
        if has_unreadable(text.strip()):
            found.append(f"The {name} has a character that cannot be read or seen: type it again.")
    return found


def _date_problems(wish: Wish, now: datetime) -> list[str]:
    today = now.astimezone(IST).date()
    if wish.requested_on is None:
        return ["Choose the day on which the courier shall come."]
    if wish.requested_on < today:
        return ["That day is over: choose today or later."]
    start, end = wish.window_start, wish.window_end
    if start and end and end <= start:
        return [f"The courier cannot come from {start} to {end}: the end must be after the start."]
    if wish.requested_on == today and end and end <= f"{now.astimezone(IST):%H:%M}":
        return [f"{end} has passed today: choose a later time or another day."]
    return []


def called(content: Mapping[str, Any]) -> bool:
    """Whether an entry tells of a call, which is what counts as a follow-up."""
    return content.get("call_outcome") is not None
