"""A batch's columns as they came: what their Arrow types say, and each as text or as the type it has.

Owns: what a file's own types are worth. A type that says the column's kind is kept; every other value becomes
text and is read like text (`ingestion.values`).
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.columns import Column, Feed


def quoted(name: str) -> str:
    """The name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def trimmed(feed: Feed, table: pa.Table) -> pa.Table:
    """The table without the blanks around the feed's texts; Arrow does it ten times as fast as SQL."""
    for place, name in enumerate(table.column_names):
        if name in feed.names and is_text(table.schema.field(name).type):
            table = table.set_column(place, name, pc.utf8_trim_whitespace(table[name]))
    return table


def is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def is_nested(kind: pa.DataType) -> bool:
    return bool(pa.types.is_nested(kind))


def is_kept(column: Column, kind: pa.DataType | None) -> bool:
    """Whether the file's type says the column's kind already, so that no text has to be read."""
    if kind is None:
        return False
    if column.kind == "instant":
        return bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind))
    if column.kind == "date":
        return bool(pa.types.is_date(kind))
    if column.kind == "integer":
        return bool(pa.types.is_integer(kind))
    if column.kind in ("decimal", "number"):
        return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))
    return False


def given_item(column: Column, kind: pa.DataType | None) -> str:
    """The column as it came, text without blanks around and without blank values."""
    name = quoted(column.name)
    if kind is None:
        return f"null::varchar as {name}"
    if is_kept(column, kind):
        if pa.types.is_floating(kind):
            return f"case when isnan({name}) then null else {name} end as {name}"
        return name
    if pa.types.is_floating(kind):
        # A float that is a whole number was one before the file's writer met a missing value.
        whole = f"{name} = floor({name}) and abs({name}) < 9007199254740992"
        text = f"when {whole} then {name}::bigint::varchar else {name}::varchar"
        return f"case when isnan({name}) then null {text} end as {name}"
    if is_nested(kind):
        return f"to_json({name})::varchar as {name}"
    return f"nullif({name}{'' if is_text(kind) else '::varchar'}, '') as {name}"
