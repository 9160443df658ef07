"""The code tables of a mapping, as rows of codes.csv: code, reason or text -> status and reason bucket."""

from __future__ import annotations

import polars as pl

from couriers.codes import CODES_SCHEMA
from couriers.contract import REASON_BUCKETS, STATUSES
from couriers.mapping_errors import Table

#: The evidence of a row that a user wrote.
_EVIDENCE = "inferred"


def codes_of(table: Table) -> pl.DataFrame | None:
    """Rows with the columns of CODES_SCHEMA, or None where the mapping has no codes. Raises MappingError."""
    rows = _codes(table.table("codes"))
    for key, column in (("reasons", "native_reason"), ("texts", "native_text")):
        inner = table.table(key)
        rows += [{column: word, "reason_bucket": _word(inner, word, REASON_BUCKETS)} for word in inner.items]
    if not rows:
        return None
    for key in ("codes", "reasons", "texts"):
        _no_doubles(table.table(key))
    return pl.DataFrame([{**row, "evidence": _EVIDENCE} for row in rows], schema=CODES_SCHEMA)


def _codes(table: Table) -> list[dict[str, str | None]]:
    rows: list[dict[str, str | None]] = []
    for code, meaning in table.items.items():
        if not isinstance(meaning, dict):
            rows.append({"native_code": code, "status": _word(table, code, STATUSES)})
            continue
        inner = table.table(code)
        inner.only("status", "reason")
        reason = _word(inner, "reason", REASON_BUCKETS) if "reason" in inner.items else None
        rows.append(
            {"native_code": code, "status": _word(inner, "status", STATUSES), "reason_bucket": reason}
        )
    return rows


def _word(table: Table, key: str, words: tuple[str, ...]) -> str:
    value = table.text(key)
    if value not in words:
        table.fail(key, f"one of {', '.join(words)}", value)
    return value


def _no_doubles(table: Table) -> None:
    """The warehouse compares without case and with blanks collapsed."""
    seen: dict[str, str] = {}
    for key in table.items:
        plain = " ".join(key.lower().split())
        if not plain or plain in seen:
            table.fail(key, "a code that no other line has", key)
        seen[plain] = key
