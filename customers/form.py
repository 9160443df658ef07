"""What was typed into the form, made into an answer or into errors beside the fields.

Pure. Owns: the form of an address, and what goes together. How numbers and texts are read is `customers.typed`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from customers.answers import Answer, Noted
from customers.offers import WINDOWS, Offer
from customers.typed import digits, has_unreadable, mobile
from customers.typed import pincode as typed_pincode

#: The fields of the form, as they are named in it.
FIELDS: tuple[str, ...] = ("answer", "day", "window", "phone", "address", "landmark", "pincode")

#: What may be chosen, and the response that it becomes; `again` with a correction is update_details.
CHOICES: dict[str, str] = {"again": "reattempt", "received": "already_delivered", "refuse": "refuse"}

LEAST_ADDRESS, MOST_ADDRESS, MOST_LANDMARK = 10, 300, 100


@dataclass
class Checked:
    """An answer, or errors: field -> key of the words that say what to do."""

    answer: Answer | None = None
    errors: dict[str, str] = field(default_factory=dict)


def check(typed: Mapping[str, str], offered: Offer, noted: Noted | None, now: datetime) -> Checked:
    """What was typed, with the corrections of before that were not typed anew."""
    found = Checked()
    choice = typed.get("answer", "")
    if choice not in CHOICES:
        found.errors["answer"] = "error_answer"
        return found
    if choice != "again":
        found.answer = Answer(CHOICES[choice])
        return found
    asked_on = _day(typed.get("day", ""), offered.days(now), found)
    window = _window(typed.get("window", ""), offered, found)
    details = _details(typed, noted, found)
    if not found.errors:
        plain = replace(details, requested_on=asked_on, window_start=window[0], window_end=window[1])
        found.answer = replace(plain, response="update_details") if plain.has_details else plain
    return found


def _day(text: str, days: list[date], found: Checked) -> date | None:
    if not days:
        return None
    chosen = next((day for day in days if day.isoformat() == text), None)
    if chosen is None:
        found.errors["day"] = "error_day"
    return chosen


def _window(text: str, offered: Offer, found: Checked) -> tuple[str | None, str | None]:
    if not text or not offered.has_window:
        return (None, None)
    if text not in WINDOWS:
        found.errors["window"] = "error_window"
        return (None, None)
    return WINDOWS[text]


def _details(typed: Mapping[str, str], noted: Noted | None, found: Checked) -> Answer:
    before = noted.answer if noted else Answer("reattempt")
    phone, pincode = mobile(typed.get("phone", "")), typed_pincode(typed.get("pincode", ""))
    address, landmark = _line(typed.get("address", "")), _line(typed.get("landmark", ""))
    if digits(typed.get("phone", "")) and not phone:
        found.errors["phone"] = "error_phone"
    if digits(typed.get("pincode", "")) and not pincode:
        found.errors["pincode"] = "error_pincode"
    for name, text, most in (("address", address, MOST_ADDRESS), ("landmark", landmark, MOST_LANDMARK)):
        if has_unreadable(text):
            found.errors[name] = "error_characters"
        elif len(text) > most:
            found.errors[name] = "error_long"
    if address and len(address) < LEAST_ADDRESS:
        found.errors.setdefault("address", "error_address")
    whole = Answer(
        "reattempt",
        new_phone=phone or before.new_phone,
        new_address=address or before.new_address,
        new_pincode=pincode or before.new_pincode,
        landmark=landmark or before.landmark,
    )
    # An address without its pincode, or the other way round, sends the parcel to a place that is not there.
    if whole.new_address and not whole.new_pincode:
        found.errors.setdefault("pincode", "error_pincode_missing")
    if whole.new_pincode and not whole.new_address:
        found.errors.setdefault("address", "error_address_missing")
    return whole


def _line(text: str) -> str:
    """One line: an address that is typed in lines has commas between them."""
    lines = (" ".join(re.split(r"[ \t]+", line)).strip(" ,") for line in re.split(r"\r\n|\r|\n", text))
    return unicodedata.normalize("NFC", ", ".join(filter(None, lines)))
