"""What was typed into the form, made into an answer or into errors beside the fields.

Pure. Owns: the forms of an Indian mobile number, a pincode and an address. Refuses: characters that nobody can see
(controls, text direction), as they could make a courier's label say something else; the joiners that Hindi needs stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from customers.answers import Answer, Noted
from customers.offers import WINDOWS, Offer

#: The fields of the form, as they are named in it.
FIELDS: tuple[str, ...] = ("answer", "day", "window", "phone", "address", "landmark", "pincode")

#: What may be chosen, and the response that it becomes; `again` with a correction is update_details.
CHOICES: dict[str, str] = {"again": "reattempt", "received": "already_delivered", "refuse": "refuse"}

LEAST_ADDRESS, MOST_ADDRESS, MOST_LANDMARK = 10, 300, 100
_JOINERS = "\u200c\u200d"
_MOBILE = re.compile(r"(?:\+?91|0)?([6-9]\d{9})")
_PINCODE = re.compile(r"[1-9]\d{5}")


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
    phone, pincode = _digits(typed.get("phone", "")), _digits(typed.get("pincode", ""))
    address, landmark = _line(typed.get("address", "")), _line(typed.get("landmark", ""))
    mobile = _MOBILE.fullmatch(phone)
    if phone and not mobile:
        found.errors["phone"] = "error_phone"
    if pincode and not _PINCODE.fullmatch(pincode):
        found.errors["pincode"] = "error_pincode"
    for name, text, most in (("address", address, MOST_ADDRESS), ("landmark", landmark, MOST_LANDMARK)):
        if any(map(_is_hidden, text)):
            found.errors[name] = "error_characters"
        elif len(text) > most:
            found.errors[name] = "error_long"
    if address and len(address) < LEAST_ADDRESS:
        found.errors.setdefault("address", "error_address")
    whole = Answer(
        "reattempt",
        new_phone=mobile[1] if mobile else before.new_phone,
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


def _digits(text: str) -> str:
    """The number as ASCII digits: blanks, dots, brackets and hyphens left out, other scripts' digits translated."""
    plain = re.sub(r"[\s().\u2010-\u2015-]", "", text)
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in plain)


def _line(text: str) -> str:
    """One line: an address that is typed in lines has commas between them."""
    lines = (" ".join(re.split(r"[ \t]+", line)).strip(" ,") for line in re.split(r"\r\n|\r|\n", text))
    return unicodedata.normalize("NFC", ", ".join(filter(None, lines)))


def _is_hidden(letter: str) -> bool:
    return letter not in _JOINERS and unicodedata.category(letter) in (
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Zl",
        "Zp",
    )
