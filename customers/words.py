"""The words of the customers' pages in their language: `words.toml` holds all of them, this reads it.

Owns: which language a customer gets, and how days and times are said in it, always in IST. Refuses: words of its own.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from settings import IST

#: The first is for whoever asks for none of them.
LANGUAGES: tuple[str, ...] = ("en", "hi")

#: Where a bare date stands: it has no time to tell.
_DATE_ONLY = time(23, 59, 59, 999999)

#: Parts of the day, by the IST hour in which each begins.
_PARTS = ((20, "evening"), (16, "afternoon"), (12, "midday"), (4, "morning"), (0, "night"))


@cache
def table() -> dict[str, Any]:
    """All of words.toml: section -> key -> language -> text."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def language(asked: str | None, accepted: str) -> str:
    """The language that was asked for by link, else the first of the header Accept-Language that we have."""
    if asked in LANGUAGES:
        return str(asked)
    wanted = []
    for place, part in enumerate(accepted.split(",")[:20]):
        name, _, rest = part.strip().partition(";")
        quality = rest.strip().removeprefix("q=")
        if name[:2].lower() in LANGUAGES and (len(name) == 2 or name[2:3] == "-"):
            wanted.append((-_number(quality), place, name[:2].lower()))
    return next((name for quality, _, name in sorted(wanted) if quality < 0), LANGUAGES[0])


def _number(quality: str) -> float:
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0


@dataclass(frozen=True)
class Words:
    """The words of one language: `words("form.send")`, with what is to be filled in by name."""

    language: str

    def __call__(self, key: str, **filled: object) -> str:
        section, name = key.split(".")
        text: str = table()[section][name][self.language]
        return text.format(**filled)

    @property
    def others(self) -> list[tuple[str, str]]:
        """The other languages: code and its own name."""
        return [(code, table()["languages"][code]) for code in LANGUAGES if code != self.language]

    def day(self, day: date) -> str:
        """A date with its weekday: "Tuesday 24 November"."""
        weekday = table()["weekdays"][self.language][day.weekday()]
        month = table()["months"][self.language][day.month - 1]
        return self("time.day", weekday=weekday, number=day.day, month=month)

    def moment(self, instant: datetime, now: datetime) -> str:
        """An instant in IST: "today, 2:05 pm"; of a bare date the day alone."""
        local = instant.astimezone(IST)
        is_today = local.date() == now.astimezone(IST).date()
        day = self("time.today") if is_today else self.day(local.date())
        if local.time() == _DATE_ONLY:
            return day
        return self("time.moment", day=day, clock=self.clock(local.time()))

    def clock(self, at: time) -> str:
        """A time of day on a clock of twelve hours; a full hour without its zeros."""
        part = next(name for hour, name in _PARTS if at.hour >= hour)
        minutes = f":{at.minute:02}" if at.minute else ""
        return self(f"time.{part}", clock=f"{(at.hour - 1) % 12 + 1}{minutes}")
