"""How a number, an amount or an instant reads on a page.

Owns: Indian grouping, IST wording, durations, rates with their count and maturity.
Refuses: words of the contract (words.py) and colours (palette.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from settings import IST

SMALL_N = 30
"""Under this many cases the count speaks and the rate is muted (product rule for all pages)."""

NOTHING = "–"
_DATE_ONLY = time(23, 59, 59, 999999)


def count(value: float | Decimal | None) -> str:
    """A whole number with Indian grouping, as in 12,04,300."""
    if value is None:
        return NOTHING
    sign, digits = ("-" if round(value) < 0 else ""), str(abs(round(value)))
    head, tail = digits[:-3], digits[-3:]
    groups: list[str] = []
    while len(head) > 2:
        head, group = head[:-2], head[-2:]
        groups.insert(0, group)
    return sign + ",".join([part for part in (head, *groups) if part] + [tail])


def rupees(value: object) -> str:
    """An amount in whole rupees, as in ₹1,24,300."""
    if value is None:
        return NOTHING
    amount = float(str(value))
    return ("-" if amount < 0 else "") + "₹" + count(abs(amount))


def percent(share: float | None) -> str:
    """A share of 1 as a whole percentage."""
    return NOTHING if share is None else f"{share * 100:.0f}%"


def points(change: float | None) -> str:
    """A difference of two shares in words, as in "4 points up"."""
    if change is None:
        return "no earlier week to compare with"
    size = round(abs(change) * 100)
    if size == 0:
        return "level with the week before"
    return f"{size} {plural(size, 'point')} {'up' if change > 0 else 'down'} on the week before"


def plural(number: float, word: str) -> str:
    """`word` in the plural unless `number` is one."""
    if number == 1:
        return word
    return word[:-1] + "ies" if word.endswith("y") else word + "s"


def rate(hits: int, cases: int, is_mature: bool, open_cases: int = 0) -> str:
    """A rate with its count and its maturity; below SMALL_N cases only the count."""
    if cases == 0:
        return "no cases"
    if cases < SMALL_N:
        return f"{count(hits)} of {count(cases)}" + ("" if is_mature else " so far")
    if is_mature:
        return f"{percent(hits / cases)} of {count(cases)}, final"
    return f"so far {percent(hits / cases)} of {count(cases)}, {percent(open_cases / cases)} still open"


def interval(low: float | None, high: float | None) -> str:
    """The ends of a 95% interval of a share, as in "25–37%"."""
    return NOTHING if low is None or high is None else f"{low * 100:.0f}–{high * 100:.0f}%"


def by_day(row: Mapping[str, Any]) -> str:
    """A cumulative incidence in words, as in "31% delivered by day 5 (25–37%, rests on 210 cases)"."""
    ends = interval(row["incidence_low"], row["incidence_high"])
    return f"{percent(row['incidence'])} delivered by day {row['day']} ({ends}, rests on {count(row['watched'])} cases)"


def duration(minutes: float | None) -> str:
    """A length of time in its two largest units."""
    if minutes is None:
        return NOTHING
    total = round(minutes)
    if total < 60:
        return f"{total} min"
    if total < 48 * 60:
        hours, rest = divmod(total, 60)
        return f"{hours} h {rest} min" if rest and hours < 10 else f"{hours} h"
    days, rest = divmod(total, 24 * 60)
    return f"{days} d {rest // 60} h" if rest >= 60 and days < 10 else f"{days} d"


def is_date_only(instant: datetime) -> bool:
    """Whether the instant stands for a bare date: the last microsecond of its IST day."""
    return instant.astimezone(IST).time() == _DATE_ONLY


def ago(instant: datetime | None, now: datetime) -> str:
    """Distance from now in one unit: "40 s ago", "2 h ago", "in 3 d"."""
    if instant is None:
        return NOTHING
    seconds = (now - instant).total_seconds()
    size = abs(seconds)
    if size < 60:
        text = f"{size:.0f} s"
    elif size < 3600:
        text = f"{size // 60:.0f} min"
    elif size < 48 * 3600:
        text = f"{size // 3600:.0f} h"
    else:
        text = f"{size // 86400:.0f} d"
    return f"{text} ago" if seconds >= 0 else f"in {text}"


def day(value: date | None, today: date) -> str:
    """A date near today by name, else "19 Nov", with the year when it is another."""
    if value is None:
        return NOTHING
    near = {0: "today", -1: "yesterday", 1: "tomorrow"}.get((value - today).days)
    return near or f"{value.day} {value:%b}" + ("" if value.year == today.year else f" {value.year}")


def moment(instant: datetime | None, now: datetime) -> str:
    """An instant in IST as people say it: "today 14:05"; a bare date shows no time."""
    if instant is None:
        return NOTHING
    local = instant.astimezone(IST)
    named = day(local.date(), now.astimezone(IST).date())
    return named if is_date_only(instant) else f"{named} {local:%H:%M}"


def visit(on: date | None, start: object, end: object, today: date) -> str:
    """When a courier shall come: "tomorrow, 17:00 to 20:00"; a side that is not given is any time."""
    parts = [day(on, today)] if on else []
    if start or end:
        sides = ["any time" if side is None else str(side)[:5] for side in (start, end)]
        parts.append(" to ".join(sides))
    return ", ".join(parts)


def ordinal(number: int) -> str:
    """A place in words, as in 1st, 2nd, 3rd, 11th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def full(instant: datetime | None) -> str:
    """An instant in full, for hovering: "Thu 19 Nov 2026, 14:05:12 IST"."""
    if instant is None:
        return ""
    local = instant.astimezone(IST)
    if is_date_only(instant):
        return f"{local:%a} {local.day} {local:%b %Y}, time not given"
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S} IST"


def week(monday: date) -> str:
    """A week by its Monday and Sunday, as in "16–22 Nov" or "30 Nov – 6 Dec"."""
    sunday = monday + timedelta(days=6)
    if monday.month == sunday.month:
        return f"{monday.day}–{sunday.day} {monday:%b}"
    return f"{monday.day} {monday:%b} – {sunday.day} {sunday:%b}"


def week_names(mondays: Sequence[date]) -> list[str]:
    """The weeks of an axis by their Mondays; with the year where there are several."""
    has_years = len({monday.year for monday in mondays}) > 1
    return [
        f"{monday.day} {monday:%b %y}" if has_years else f"{monday.day} {monday:%b}" for monday in mondays
    ]
