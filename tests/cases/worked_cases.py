"""Worked cases as data: read, checked for misspelt words, turned into feed rows, and compared.

A file is a list of cases. One case is one AWB of the courier `generic` and its id is its AWB:
`rule` says which sentence it tests, `reading` how an honest doubt was settled; `shipment` is the first
row of the shipments feed (null: the order is unknown), `events` are rows of any feed, `expect` names
columns of published tables. `case` is an object, the one case of the AWB, or null, that there is none;
the other kinds are complete lists, each row met by a published row of its own.

Owns: the format. Refuses: knowing what the rows mean, and running anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from tests.cases.words import FEED_COLUMNS, FEED_WORDS, PUBLISHED_COLUMNS, PUBLISHED_TABLES, PUBLISHED_WORDS

Row = dict[str, Any]
COURIER = "generic"
_ID_COLUMNS = {"courier_actions": "action_id", "messages": "message_id"}
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T")
_CASE_KEYS = {"id", "rule", "reading", "as_of", "shipment", "events", "expect"}


class _PlainLoader(yaml.SafeLoader):
    """YAML that leaves instants and dates as the strings they are written as."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class WorkedCase:
    """One case of a file; `as_of` is the instant, with its offset, that the build is asked about."""

    id: str
    as_of: str
    events: list[Row]
    expect: dict[str, Any]
    rule: str = ""
    reading: str = ""
    shipment: Row | None = None

    def feed_rows(self) -> dict[str, list[Row]]:
        """The case's rows by feed, with courier and AWB; actions and messages get an id of their own."""
        rows: dict[str, list[Row]] = {}
        first = [] if self.shipment is None else [{"feed": "shipments", **self.shipment}]
        for number, event in enumerate(first + self.events, start=1):
            feed = event["feed"]
            row = {"courier": COURIER, "awb": self.id, **event}
            del row["feed"]
            if feed in _ID_COLUMNS:
                row.setdefault(_ID_COLUMNS[feed], f"{self.id}-{number}")
            rows.setdefault(feed, []).append(row)
        return rows

    def mistakes(self) -> list[str]:
        """Columns and words of the case that the contract does not know; empty when it is well written."""
        found = [] if datetime.fromisoformat(self.as_of).tzinfo else ["as_of has no offset"]
        for row in ([] if self.shipment is None else [{"feed": "shipments", **self.shipment}]) + self.events:
            feed = row.get("feed", "")
            known = FEED_COLUMNS.get(feed, set()) | {"feed", "awb"}
            found += [f"{feed}: unknown column {name}" for name in row if name not in known]
            found += [
                f"{feed}.{name}: unknown word {row[name]}"
                for name, words in FEED_WORDS.get(feed, {}).items()
                if name in row and row[name] not in words
            ]
        for kind, value in self.expect.items():
            if kind not in PUBLISHED_TABLES:
                found.append(f"expect: unknown kind {kind}")
                continue
            for row in value if isinstance(value, list) else [value or {}]:
                found += [
                    f"expect.{kind}: unknown column {n}" for n in row if n not in PUBLISHED_COLUMNS[kind]
                ]
                found += [
                    f"expect.{kind}.{name}: unknown word {row[name]}"
                    for name, words in PUBLISHED_WORDS.items()
                    if row.get(name) is not None and row[name] not in words
                ]
        return found

    def disagreements(self, published: dict[str, list[Row]]) -> list[str]:
        """One line for each expectation that the AWB's published rows (kind -> rows) do not meet."""
        found = []
        for kind, value in self.expect.items():
            got = published.get(kind, [])
            expected = value if isinstance(value, list) else [] if value is None else [value]
            if len(expected) != len(got):
                found.append(f"{kind}: expected {len(expected)} rows, got {len(got)}: {json.dumps(got)}")
            elif not _each_has_its_own(expected, got):
                found += [f"{kind}: {line}" for line in _differences(expected, got)]
        return found


def read_cases(paths: Iterable[Path]) -> list[WorkedCase]:
    """The cases of the files in order. ValueError for an unknown key or an id that was already used."""
    cases: list[WorkedCase] = []
    seen: set[str] = set()
    for path in paths:
        # _PlainLoader is a SafeLoader that leaves dates as they are written.
        for entry in yaml.load(path.read_text(encoding="utf-8"), Loader=_PlainLoader):  # noqa: S506
            if not set(entry) <= _CASE_KEYS:
                raise ValueError(f"{path.name}: {entry['id']}: unknown keys {set(entry) - _CASE_KEYS}")
            if entry["id"].upper() in seen:
                raise ValueError(f"{path.name}: {entry['id']}: id used twice")
            seen.add(entry["id"].upper())
            cases.append(WorkedCase(**entry))
    return cases


def _is_met(expected: Row, got: Row) -> bool:
    return all(name in got and _is_equal(value, got[name]) for name, value in expected.items())


def _is_equal(expected: Any, got: Any) -> bool:
    if isinstance(expected, str) and isinstance(got, str) and _INSTANT.match(expected):
        try:
            return datetime.fromisoformat(expected) == datetime.fromisoformat(got)
        except (ValueError, TypeError):
            return False
    return isinstance(expected, bool) == isinstance(got, bool) and bool(expected == got)


def _each_has_its_own(expected: list[Row], got: list[Row]) -> bool:
    if not expected:
        return True
    first, rest = expected[0], expected[1:]
    return any(
        _is_met(first, row) and _each_has_its_own(rest, got[:index] + got[index + 1 :])
        for index, row in enumerate(got)
    )


def _differences(expected: list[Row], got: list[Row]) -> list[str]:
    """For each expected row that no row meets, what the nearest row has instead."""
    lines = []
    for row in expected:
        if any(_is_met(row, other) for other in got):
            continue
        nearest = min(got, key=lambda other: sum(not _is_equal(v, other.get(n)) for n, v in row.items()))
        lines += [
            f"{name}: expected {json.dumps(value)}, got {json.dumps(nearest.get(name, 'no such column'))}"
            for name, value in row.items()
            if name not in nearest or not _is_equal(value, nearest[name])
        ]
    return lines or ["two expected rows are met by one published row alone"]
