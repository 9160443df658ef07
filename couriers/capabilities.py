"""What each courier can be asked, and what such a request can carry: `couriers/<slug>/capabilities.csv`.

Owns: the columns of that file, and the deadline until which a request can still be changed. Refuses: doing anything
about it, and any guess: an action without a row is not offered, or not known. No courier offers mark_delivered or a
hold of its own; a hold is a reattempt of a later date where one can be carried.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Day  # a column has the name
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

from couriers import registry
from couriers.contract import EVIDENCE
from settings import IST

COLUMNS: tuple[str, ...] = (
    "action", "date", "window", "phone", "address", "pincode", "days_ahead", "legal_codes", "send_after",
    "change_deadline", "limits_evidence", "evidence", "notes",
)  # fmt: skip

#: What a courier can be asked; the actions of an instruction that leave our house.
ACTIONS: tuple[str, ...] = ("reattempt", "rto", "update_details", "fake_attempt")

#: How a request carries something: in a field of its own, in words among its remarks, or not at all.
CARRIED: tuple[str, ...] = ("yes", "remarks", "no")

#: The deadline where a courier's is not known, inferred: before it plans the next day's rounds.
DEFAULT_DEADLINE = "18:00"

_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_HOURS_BEFORE = re.compile(r"(\d{1,3})h")


@dataclass(frozen=True)
class Capability:
    """One action of one courier. `date` to `pincode` are words of CARRIED; `days_ahead` is the last day that can be
    asked for, counted from the IST date of asking (None: no date is carried); `legal_codes` are the native codes of
    the parcel's latest scan at which the courier takes it (none: at any, as far as is known); `send_after` is the
    time of day in IST from which it is best sent, for what nobody waits for (None: any); `change_deadline` is a time
    of day in IST on the day before the visit (`21:00`), or hours before 00:00 IST of the visit's day (`36h`);
    `evidence` is of what is carried, `limits_evidence` of the limits, both words of EVIDENCE."""

    action: str
    date: str = "no"
    window: str = "no"
    phone: str = "no"
    address: str = "no"
    pincode: str = "no"
    days_ahead: int | None = None
    legal_codes: tuple[str, ...] = ()
    send_after: str | None = None
    change_deadline: str = DEFAULT_DEADLINE
    limits_evidence: str = "inferred"
    evidence: str = "inferred"
    notes: str = ""

    def changeable_until(self, visit_on: Day) -> datetime:
        """The instant, in IST, from which a request for this IST day can no longer be changed."""
        begins = datetime.combine(visit_on, time(), IST)
        if hours := _HOURS_BEFORE.fullmatch(self.change_deadline):
            return begins - timedelta(hours=int(hours[1]))
        at = time.fromisoformat(self.change_deadline)
        return begins - timedelta(days=1) + timedelta(hours=at.hour, minutes=at.minute)


def capabilities(slug: str) -> Mapping[str, Capability]:
    """What this courier can be asked, by action; nothing for one whose folder says nothing, or that has none.

    Raises ValueError, with file and line, for a file that breaks the columns or their words.
    """
    courier = registry().get(slug)
    return read_capabilities(courier.folder / "capabilities.csv") if courier else {}


@cache
def read_capabilities(path: Path) -> Mapping[str, Capability]:
    """The rows of one file by action; nothing where there is no file. Raises ValueError as `capabilities` does."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path}: expected the columns {', '.join(COLUMNS)}")
        found: dict[str, Capability] = {}
        for row in reader:
            try:
                one = _capability(row)
                if one.action in found:
                    raise ValueError(f"{one.action} stands there twice")
            except (ValueError, TypeError) as error:
                raise ValueError(f"{path} line {reader.line_num}: {error}") from error
            found[one.action] = one
    return found


def _capability(row: Mapping[str, str]) -> Capability:
    _check(row["action"], ACTIONS, "action")
    for column in ("date", "window", "phone", "address", "pincode"):
        _check(row[column], CARRIED, column)
    for column in ("evidence", "limits_evidence"):
        _check(row[column], EVIDENCE, column)
    deadline, days = row["change_deadline"], row["days_ahead"]
    if not (_HOUR.fullmatch(deadline) or _HOURS_BEFORE.fullmatch(deadline)):
        raise ValueError(f"change_deadline: expected 21:00 or 36h, got {deadline!r}")
    if row["send_after"] and not _HOUR.fullmatch(row["send_after"]):
        raise ValueError(f"send_after: expected a time like 21:00, got {row['send_after']!r}")
    if (row["date"] == "no") != (days == ""):
        raise ValueError("days_ahead goes with a date that is carried, and only with one")
    read = {
        "days_ahead": int(days) if days else None,
        "legal_codes": tuple(row["legal_codes"].split()),
        "send_after": row["send_after"] or None,
    }
    return Capability(**{**row, **read})  # type: ignore[arg-type]


def _check(word: str, known: tuple[str, ...], column: str) -> None:
    if word not in known:
        raise ValueError(f"{column}: expected one of {', '.join(known)}, got {word!r}")
