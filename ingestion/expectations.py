"""What the door expects of a batch: one Great Expectations suite per feed, built from the feed's columns.

Owns: the expectations and the words that tell a person what was expected. They judge the canonical columns
and, of every typed column, the text that could not be read (`<column>__unread`).

Strict where the contract gives a type, a word or a range; lenient with what couriers and people write: an odd
location, pincode or coordinate of a scan never costs the scan.
"""

from __future__ import annotations

from collections.abc import Iterable

import great_expectations as gx
from great_expectations.expectations.core.expect_column_values_to_be_between import (
    ExpectColumnValuesToBeBetween,
)
from great_expectations.expectations.core.expect_column_values_to_be_in_set import ExpectColumnValuesToBeInSet
from great_expectations.expectations.core.expect_column_values_to_be_null import ExpectColumnValuesToBeNull
from great_expectations.expectations.core.expect_column_values_to_match_regex import (
    ExpectColumnValuesToMatchRegex,
)
from great_expectations.expectations.core.expect_column_values_to_not_be_null import (
    ExpectColumnValuesToNotBeNull,
)
from great_expectations.expectations.expectation import ColumnMapExpectation, Expectation

from ingestion.columns import Column, Feed
from ingestion.values import AWB_CHARACTERS, AWBS, FIELD_BYTES


class ExpectColumnValuesToBeInstants(ExpectColumnValuesToBeNull):
    """Every given value could be read as an ISO-8601 instant."""


class ExpectColumnValuesToBeDates(ExpectColumnValuesToBeNull):
    """Every given value could be read as a date YYYY-MM-DD."""


class ExpectColumnValuesToBeNumbers(ExpectColumnValuesToBeNull):
    """Every given value could be read as a number."""


class ExpectColumnValuesToBeAwbs(ExpectColumnValuesToBeNull):
    """No AWB has the form that a spreadsheet gives a number: its last digits are lost."""


class ExpectColumnValuesToBePlainAwbs(ExpectColumnValuesToBeNull):
    """No AWB is longer than the ledger has room for, or holds control characters."""


class ExpectColumnValuesNotInTheFuture(ExpectColumnValuesToBeBetween):
    """No fact lies after its receipt (without one: after its loading) by more than is allowed."""


class ExpectFieldsWithinSize(ExpectColumnValuesToBeNull):
    """No field of the row is larger than a field may be."""


class ExpectRowsToBeCleanText(ExpectColumnValuesToBeNull):
    """No field of the row holds bytes that are not UTF-8 text."""


class ExpectColumnValuesToBeSingle(ExpectColumnValuesToBeNull):
    """No field of the row is a list or a structure."""


_TIME = r"^(?:[01]\d|2[0-3]):[0-5]\d$"
_PINCODE = r"^[1-9]\d{5}$"
_UNREAD = {
    "instant": (ExpectColumnValuesToBeInstants, "ISO-8601 like 2026-03-02T14:05:00+05:30"),
    "date": (ExpectColumnValuesToBeDates, "a date YYYY-MM-DD like 2026-03-02"),
    "integer": (ExpectColumnValuesToBeNumbers, "a whole number like 2"),
    "decimal": (ExpectColumnValuesToBeNumbers, "a number like 1499.00"),
    "number": (ExpectColumnValuesToBeNumbers, "a number like 12.97"),
}


def suite(feed: Feed, couriers: Iterable[str], future_minutes: int) -> gx.ExpectationSuite:
    """The feed's suite. `meta` of every expectation: `field` (empty where the value of its column names the
    field), `expected` (for the message)."""
    expectations: list[Expectation] = []
    known = sorted(couriers)
    for column in feed.columns:
        expectations += _of_column(column)
        if column.name == "courier":
            expectations.append(
                ExpectColumnValuesToBeInSet(
                    column="courier", value_set=known, meta=_meta(column, f"one of {', '.join(known)}")
                )
            )
    late = f"a time at most {future_minutes} minutes after it was received or loaded"
    expectations += [
        ExpectColumnValuesNotInTheFuture(
            column="minutes_ahead",
            max_value=future_minutes,
            meta={"field": feed.happened_at, "expected": late},
        ),
        ExpectFieldsWithinSize(
            column="oversized", meta={"field": "", "expected": f"at most {FIELD_BYTES // 1024} KiB of text"}
        ),
        ExpectRowsToBeCleanText(
            column="unclean",
            meta={"field": "", "expected": "UTF-8 text without NUL (save the file as UTF-8)"},
        ),
        ExpectColumnValuesToBeSingle(
            column="nested", meta={"field": "", "expected": "a single value, not a list or a structure"}
        ),
    ]
    return gx.ExpectationSuite(name=feed.name, expectations=expectations)


def looked_at(feed: Feed) -> list[str]:
    """Columns of the canonical rows that the suite looks at."""
    names = {"courier", "minutes_ahead", "oversized", "unclean", "nested"}
    for column in feed.columns:
        names.update(expectation.column for expectation in _of_column(column))
    return sorted(names)


def _meta(column: Column, expected: str) -> dict[str, str]:
    return {"field": column.name, "expected": expected}


def _of_column(column: Column) -> list[ColumnMapExpectation]:
    name = column.name
    found: list[ColumnMapExpectation] = []
    if column.kind in _UNREAD and not column.is_lenient:
        kind, expected = _UNREAD[column.kind]
        found.append(kind(column=f"{name}__unread", meta=_meta(column, expected)))
    if column.is_required:
        found.append(ExpectColumnValuesToNotBeNull(column=name, meta=_meta(column, "a value, it is blank")))
    if column.words:
        expected = f"one of {', '.join(column.words)}"
        found.append(
            ExpectColumnValuesToBeInSet(
                column=name, value_set=list(column.words), meta=_meta(column, expected)
            )
        )
    if column.name in AWBS:
        meta = _meta(column, "an AWB as text, not a number in a spreadsheet's form")
        found.append(ExpectColumnValuesToBeAwbs(column=f"{name}__unread", meta=meta))
        meta = _meta(
            column, f"an AWB of at most {AWB_CHARACTERS} characters, none of them a control character"
        )
        found.append(ExpectColumnValuesToBePlainAwbs(column=f"{name}__odd", meta=meta))
    if column.low is not None and not column.is_lenient:
        expected = f"a number from {column.low:g} to {column.high:.15g}"
        found.append(
            ExpectColumnValuesToBeBetween(
                column=name, min_value=column.low, max_value=column.high, meta=_meta(column, expected)
            )
        )
    if column.kind == "time":
        meta = _meta(column, "a time of day HH:MM from 00:00 to 23:59")
        found.append(ExpectColumnValuesToMatchRegex(column=name, regex=_TIME, meta=meta))
    if column.kind == "pincode" and not column.is_lenient:
        meta = _meta(column, "a pincode of six digits like 560001")
        found.append(ExpectColumnValuesToMatchRegex(column=name, regex=_PINCODE, meta=meta))
    return found
