"""What people type, the same in the customer's form and in the agent's: numbers in any script, texts one can read.

Pure. Owns: the forms of an Indian mobile number and a pincode. Refuses: characters that nobody can see (controls, text
direction), as they could make a courier's label say something else, and the mark of a character that was lost; the
joiners that Hindi needs stay.
"""

from __future__ import annotations

import re
import unicodedata

_JOINERS = "\u200c\u200d"
#: What a program writes in the place of bytes that it could not read.
_LOST = "\ufffd"
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_MOBILE = re.compile(r"(?:\+?91|0)?([6-9]\d{9})", re.ASCII)
_PINCODE = re.compile(r"[1-9]\d{5}", re.ASCII)


def digits(text: str) -> str:
    """The number as ASCII digits: blanks, dots, brackets, strokes and hyphens left out, other scripts' digits
    translated."""
    plain = re.sub(r"[\s()./\u2010-\u2015-]", "", text)
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in plain)


def mobile(text: str) -> str | None:
    """The ten digits of an Indian mobile number, None where the text is none."""
    found = _MOBILE.fullmatch(digits(text))
    return found[1] if found else None


def pincode(text: str) -> str | None:
    """The six digits of a pincode, None where the text is none."""
    plain = digits(text)
    return plain if _PINCODE.fullmatch(plain) else None


def has_unreadable(text: str) -> bool:
    """Whether a character cannot be seen, or was lost on its way."""
    return any(
        letter == _LOST or (letter not in _JOINERS and unicodedata.category(letter) in _HIDDEN)
        for letter in text
    )
