"""How a phone number and an address are shown: so that their owner knows them and nobody else can use them."""

from __future__ import annotations

#: Words of an address that are shown, by their first letters.
_MOST_WORDS = 8


def mask_phone(phone: str | None) -> str | None:
    """The last four digits, which the owner knows and nobody can call."""
    digits = "".join(letter for letter in phone or "" if letter.isdigit())
    return f"•••••• {digits[-4:]}" if len(digits) >= 8 else None


def mask_address(address: str | None, city: str | None, pincode: str | None) -> str | None:
    """The first letter of each word, then city and pincode: enough to see whether it is one's own."""
    words = [f"{word[0]}••" if len(word) > 2 else "••" for word in (address or "").split()[:_MOST_WORDS]]
    parts = [" ".join(words), " ".join(filter(None, (city, pincode)))]
    return ", ".join(filter(None, parts)) or None
