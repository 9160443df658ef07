"""The where clause of the filters, with its parameters.

Owns: which column of the case tables each filter reads. Refuses: values inside the SQL text; every
value is a parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import partial

from dashboards.filters import Filters
from dashboards.queries import narrowings
from dashboards.queries.narrowings import Clause
from settings import IST

_CASE_COLUMNS = {
    "courier": "courier",
    "reason": "reason_bucket",
    "ndr_date": "first_ndr_at",
    "payment": "payment_mode",
    "value": "order_value",
    "allocated": "allocated_at",
    "attempts": "attempts",
    "customer": "has_customer_feedback",
    "operations": "has_ops_feedback",
    "status": "tracking_status",
    "follow_ups": "follow_ups",
    "outcome": "shipment_outcome",
    "judged": "case_id",
    "signal": "case_id",
    "reattempt": "case_id",
    "band": "response_band",
    "waiting": "case_id",
    "instruction": "case_id",
    "message": "case_id",
    "settled": "case_id",
    "state": "pincode",
    "district": "pincode",
    "pincode": "pincode",
    "final": "is_mature",
    "action": "case_id",
    "asker": "case_id",
}


def _one_of(column: str, parts: tuple[str, ...]) -> Clause:
    return f"{column} in ({', '.join('?' * len(parts))})", list(parts)


def _instants(column: str, parts: tuple[str, ...]) -> Clause:
    """IST dates, both included, as a half-open range of instants."""
    low, high = parts
    bounds: list[tuple[str, object]] = []
    if low:
        bounds.append((f"{column} >= ?", _midnight(low, 0)))
    if high:
        bounds.append((f"{column} < ?", _midnight(high, 1)))
    return " and ".join(text for text, _ in bounds), [value for _, value in bounds]


def _midnight(text: str, days_later: int) -> datetime:
    return datetime.combine(date.fromisoformat(text) + timedelta(days=days_later), time(), IST)


def _amounts(column: str, parts: tuple[str, ...]) -> Clause:
    low, high = parts
    bounds = [(f"{column} >= ?", low), (f"{column} <= ?", high)]
    kept = [(text, int(part)) for text, part in bounds if part]
    return " and ".join(text for text, _ in kept), [value for _, value in kept]


def _yes_no(column: str, parts: tuple[str, ...]) -> Clause:
    return f"{column} = ?", [parts[0] == "yes"]


def _counts(column: str, parts: tuple[str, ...], open_end: int) -> Clause:
    """Counts of which the last on offer means "or more"."""
    numbers: list[object] = [int(part) for part in parts]
    return f"least({column}, {open_end}) in ({', '.join('?' * len(parts))})", numbers


def _attempts(column: str, parts: tuple[str, ...]) -> Clause:
    return _counts(column, parts, 4)


def _follow_ups(column: str, parts: tuple[str, ...]) -> Clause:
    return _counts(column, parts, 3)


def place(column: str) -> str:
    """A name or number of a place, in SQL; "unknown" where there is none (the directory writes Na)."""
    return f"coalesce(nullif({column}, 'Na'), 'unknown')"


def _area(column: str, parts: tuple[str, ...], level: str) -> Clause:
    """Cases whose pincode lies in one of these; those whose pincode the directory lacks are "unknown"."""
    names = ", ".join("?" * len(parts))
    return (
        f"({column} in (select pincode from marts.dim_pincodes where {place(level)} in ({names}))"
        f" or ('unknown' in ({names})"
        f" and ({column} is null or {column} not in (select pincode from marts.dim_pincodes))))",
        [*parts, *parts],
    )


def _pincode(column: str, parts: tuple[str, ...]) -> Clause:
    return _one_of(place(column), parts)


_SHAPES: dict[str, Callable[[str, tuple[str, ...]], Clause]] = {
    "ndr_date": _instants,
    "allocated": _instants,
    "value": _amounts,
    "customer": _yes_no,
    "operations": _yes_no,
    "attempts": _attempts,
    "follow_ups": _follow_ups,
    "judged": narrowings.judged,
    "signal": narrowings.signal,
    "reattempt": narrowings.reattempt,
    "settled": narrowings.settled,
    "waiting": narrowings.waiting,
    "instruction": narrowings.instruction,
    "message": narrowings.message,
    "state": partial(_area, level="state"),
    "district": partial(_area, level="district"),
    "pincode": _pincode,
    "final": _yes_no,
    "action": partial(narrowings.asked, what="action"),
    "asker": partial(narrowings.asked, what="source"),
}


def on_cases(filters: Filters, alias: str = "") -> Clause:
    """The condition on a table with the columns of fct_ndr_cases; "true" when nothing is on."""
    prefix = f"{alias}." if alias else ""
    return _joined(
        _SHAPES.get(name, _one_of)(prefix + _CASE_COLUMNS[name], parts)
        for name, parts in filters.values.items()
    )


def on_weeks(filters: Filters) -> Clause:
    """The condition on a weekly table: weeks that touch the dates, and the words it has."""
    clauses: list[Clause] = []
    for name in ("courier", "reason", "payment"):
        if filters.get(name):
            clauses.append(_one_of(_CASE_COLUMNS[name], filters.get(name)))
    low, high = filters.get("ndr_date") or ("", "")
    if low:
        clauses.append(("ndr_week > ?", [date.fromisoformat(low) - timedelta(days=7)]))
    if high:
        clauses.append(("ndr_week <= ?", [date.fromisoformat(high)]))
    return _joined(clauses)


def _joined(clauses: Iterable[Clause]) -> Clause:
    texts: list[str] = []
    values: list[object] = []
    for text, parameters in clauses:
        texts.append(text)
        values.extend(parameters)
    return " and ".join(texts) or "true", values
