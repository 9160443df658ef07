"""The filters that are on, of the queue and of every other page, and their place in the address.

Owns: reading them from and writing them to a query string, and what a chip says. A value that makes no sense is
dropped, so an old or mangled link still opens. Refuses: which filters there are (filter_list.py), widgets
(filter_bar.py) and SQL (queries/conditions.py).

In the address a filter is one parameter: words joined by commas, `yes` or `no`, or a range `from..to`
with either side open; dates are IST dates, amounts whole rupees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import urlencode

from dashboards import formats, words
from dashboards.filter_list import ALL, BY_NAME, PLACES, Filter


class Filters:
    """The values that are on, by filter name; a range is a pair of texts, either of them empty."""

    def __init__(self, values: Mapping[str, Iterable[str]] | None = None) -> None:
        cleaned = {
            name: _clean(BY_NAME[name], tuple(v)) for name, v in (values or {}).items() if name in BY_NAME
        }
        self.values: dict[str, tuple[str, ...]] = {
            each.name: cleaned[each.name] for each in ALL if any(cleaned.get(each.name, ()))
        }

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Filters:
        """Read from the parameters of an address; parameters that are no filters are left alone."""
        return cls({name: _split(BY_NAME[name], text) for name, text in query.items() if name in BY_NAME})

    def query(self) -> dict[str, str]:
        """The parameters that reproduce these filters, in the filters' fixed order."""
        return {
            name: (".." if _is_range(BY_NAME[name]) else ",").join(parts)
            for name, parts in self.values.items()
        }

    def get(self, name: str) -> tuple[str, ...]:
        return self.values.get(name, ())

    def replaced(self, name: str, parts: Iterable[str]) -> Filters:
        """A copy with one filter set, or off when nothing is given."""
        return Filters({**self.values, name: tuple(parts)})

    def only(self, names: Iterable[str]) -> Filters:
        """A copy with no other filters than these."""
        return Filters({name: self.values[name] for name in names if name in self.values})

    def chips(self, names: Iterable[str], courier_names: Mapping[str, str]) -> list[tuple[str, str]]:
        """What is on among `names`: filter name and the words of its chip."""
        chosen = self.only(names)
        return [(name, chip(BY_NAME[name], parts, courier_names)) for name, parts in chosen.values.items()]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Filters) and self.values == other.values

    def __hash__(self) -> int:
        return hash(tuple(self.values.items()))

    def __repr__(self) -> str:
        return f"Filters({self.values})"


def address(page: str, query: Mapping[str, str | None]) -> str:
    """A relative link to a page with these parameters; empty ones are left out."""
    kept = {name: text for name, text in query.items() if text}
    return f"{page}?{urlencode(kept, safe=',:')}" if kept else page


def chip(which: Filter, parts: tuple[str, ...], courier_names: Mapping[str, str]) -> str:
    """The words of a chip, as in "Reason: Address wrong" or "Order value: from ₹2,000"."""
    if which.kind == "yes_no":
        return f"{which.label}: {parts[0]}"
    if which.kind == "words":
        if which.name in PLACES:
            return f"{which.label}: " + ", ".join(parts)
        known = {**which.vocabulary, **(courier_names if which.name == "courier" else {})}
        return f"{which.label}: " + ", ".join(words.plain(part, known) for part in parts)
    low, high = (_spoken(which, part) for part in parts)
    if low and high:
        return f"{which.label}: {low}" if low == high else f"{which.label}: {low} to {high}"
    return f"{which.label}: from {low}" if low else f"{which.label}: up to {high}"


def _spoken(which: Filter, part: str) -> str:
    if not part:
        return ""
    if which.kind == "amounts":
        return formats.rupees(part)
    value = date.fromisoformat(part)
    return f"{value.day} {value:%b %Y}"


def _is_range(which: Filter) -> bool:
    return which.kind in ("dates", "amounts")


def _split(which: Filter, text: str) -> tuple[str, ...]:
    if _is_range(which):
        low, found, high = text.partition("..")
        return (low, high if found else low)
    return tuple(text.split(","))


def _clean(which: Filter, parts: tuple[str, ...]) -> tuple[str, ...]:
    if which.kind == "yes_no":
        return parts if parts in (("yes",), ("no",)) else ()
    if which.kind == "words":
        kept = {part.strip() for part in parts} - {""}
        return tuple(sorted(kept & set(which.vocabulary) if which.vocabulary else kept))
    checked = tuple(part if _is_valid(which, part) else "" for part in parts)
    return checked if len(checked) == 2 else ()


def _is_valid(which: Filter, part: str) -> bool:
    if which.kind == "amounts":
        return part.isascii() and part.isdigit() and len(part) <= 9
    try:
        return date.fromisoformat(part).isoformat() == part
    except ValueError:
        return False
