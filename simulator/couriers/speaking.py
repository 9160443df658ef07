"""What a courier of the live world is: how it pushes a scan, and how it answers when it is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from couriers import registry
from couriers.codes import read_codes
from settings import IST

Scan = Mapping[str, Any]
"""One row of the scans feed, by its columns; instants in UTC."""

Find = Callable[[str], Sequence[Scan]]
"""The scans of an AWB that happened until now, the oldest first; none where the courier does not know it."""

Answer = tuple[int, Any]
"""The status and the JSON of an answer."""


@dataclass(frozen=True)
class Asked:
    """A request to a courier: the path below its address, the query, the body as it came, the headers by their names
    in small letters."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def words(self, name: str) -> list[str]:
        """A parameter that holds words with commas between them."""
        return [word.strip() for word in self.query.get(name, "").split(",") if word.strip()]

    def document(self) -> Any:
        """The JSON of the body; None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def sent(self, name: str) -> list[str]:
        """A list of words in the JSON body; empty where there is none."""
        document = self.document()
        given = document.get(name) if isinstance(document, dict) else None
        return [str(word) for word in given] if isinstance(given, list) else []


@dataclass(frozen=True)
class Speaker:
    """One courier.

    `push`: the body that tells of a scan, given all scans of its parcel until now, this one among them; None where it
    does not push such a scan. `answer`: what its tracking API says; None where it has none that we read. `tries`: how
    often a push is sent until somebody takes it. `calls`: so many in so many seconds are answered, the rest gets that
    status.
    """

    push: Callable[[Scan, Sequence[Scan]], Any]
    answer: Callable[[Asked, Find], Answer] | None = None
    tries: int = 12
    calls: tuple[int, int, int] | None = None


def ist(at: datetime, form: str) -> str:
    """An instant by the clock of India, in a form of `strftime`."""
    return at.astimezone(IST).strftime(form)


def spoken(scan: Scan) -> str | None:
    """What was said beside the codes: the reason in words, else the remark."""
    text: str | None = scan["reason_text"] or scan["remark"]
    return text


def carrier_name(scan: Scan) -> str:
    """How an aggregator calls the carrier of a parcel."""
    return f"{registry()[scan['courier']].name} Surface"


@cache
def same_meaning(slug: str, space: str) -> dict[str, str]:
    """For each code of a courier the first one of `space` (the code's beginning) that says the same status."""
    table = read_codes(registry()[slug].codes_path).drop_nulls("native_code")
    table = table.select("native_code", "status").unique("native_code", keep="first", maintain_order=True)
    inside = [row for row in table.rows() if row[0].startswith(space)]
    first = {status: code for code, status in reversed(inside)}
    own = {code: code for code, _ in inside}
    return {code: first[status] for code, status in table.rows() if status in first} | own
