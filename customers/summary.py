"""An answer in words, as the customer reads it back: corrections masked, as the link may have been passed on."""

from __future__ import annotations

from datetime import time

from customers.answers import Answer
from customers.masks import mask_address, mask_phone
from customers.offers import WINDOWS
from customers.words import Words


def lines(words: Words, answer: Answer) -> list[str]:
    """What was said, a line each."""
    found = [words(f"said.{answer.response}")]
    if answer.requested_on:
        found.append(words("said.day", day=words.day(answer.requested_on)))
    if answer.window_start or answer.window_end:
        found.append(words("said.window", window=_window(words, answer)))
    address = mask_address(answer.new_address, None, answer.new_pincode)
    landmark = mask_address(answer.landmark, None, None)
    for name, value in (
        ("phone", mask_phone(answer.new_phone)),
        ("address", address),
        ("landmark", landmark),
    ):
        if value:
            found.append(words(f"said.{name}", **{name: value}))
    return found


def window_name(answer: Answer) -> str | None:
    """The key of the answer's time of day; None where it is none of ours."""
    ends = (answer.window_start, answer.window_end)
    return next((name for name, window in WINDOWS.items() if window == ends), None)


def _window(words: Words, answer: Answer) -> str:
    if name := window_name(answer):
        return words(f"form.window_{name}")
    ends = (answer.window_start, answer.window_end)
    return " – ".join(words.clock(time.fromisoformat(end)) if end else "…" for end in ends)
