"""Which filters there are: their names, words, order, and what their values may be.

Owns: the eleven filters of the bar and the narrowings that only a link sets. Refuses: reading and writing them
(filters.py) and SQL (queries/conditions.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dashboards import words

Kind = Literal["words", "dates", "yes_no", "amounts"]


@dataclass(frozen=True)
class Filter:
    """One filter; `vocabulary` gives the plain words of its values."""

    name: str
    label: str
    kind: Kind
    vocabulary: Mapping[str, str] = field(default_factory=dict)


ATTEMPTS = {"1": "1", "2": "2", "3": "3", "4": "4 or more"}
FOLLOW_UPS = {"0": "None", "1": "1", "2": "2", "3": "3 or more"}

FILTERS = (
    Filter("courier", "Courier", "words"),
    Filter("reason", "Reason", "words", words.REASONS),
    Filter("ndr_date", "NDR date", "dates"),
    Filter("payment", "Payment", "words", words.PAYMENTS),
    Filter("value", "Order value", "amounts"),
    Filter("allocated", "Allocated on", "dates"),
    Filter("attempts", "Attempts", "words", ATTEMPTS),
    Filter("customer", "Customer feedback", "yes_no"),
    Filter("operations", "Operations feedback", "yes_no"),
    Filter("status", "Tracking status", "words", words.STATUSES),
    Filter("follow_ups", "Follow-ups", "words", FOLLOW_UPS),
)
# How a number of another page narrows the cases: set by its link, named and removed by a chip; offered only by a page
# whose rows they are about.
NARROWINGS = (
    Filter("outcome", "Outcome", "words", words.OUTCOMES),
    Filter("judged", "Accepted reattempt", "words", words.JUDGED),
    Filter("signal", "Worth a question", "words", words.SIGNALS),
    Filter("reattempt", "Reattempt", "words", words.REATTEMPTS),
    Filter("band", "First contact", "words", words.BANDS),
    Filter("waiting", "Still waiting", "words", words.WAITING),
    Filter("instruction", "Instruction", "words", words.INSTRUCTED),
    Filter("message", "Message", "words", words.MESSAGES),
    Filter("settled", "Settled within 24 h", "yes_no"),
    Filter("state", "State", "words"),
    Filter("district", "District", "words"),
    Filter("pincode", "Pincode", "words"),
    Filter("final", "Week is final", "yes_no"),
    Filter("action", "Asked for", "words", words.ACTIONS),
    Filter("asker", "Asked by", "words", words.SOURCES),
)
PLACES = ("state", "district", "pincode")
"""The narrowings by place, from large to small; their values are names and numbers, shown as they are."""
ALL = (*FILTERS, *NARROWINGS)
BY_NAME = {each.name: each for each in ALL}
WEEKLY = ("courier", "reason", "ndr_date", "payment")
"""The filters whose columns the weekly tables have."""
