"""What a feed is made of: columns of a kind, and what is stored of them.

Owns: the kinds of values and their DuckDB types. Refuses: naming any feed (`ingestion.feeds`) and reading
values (`ingestion.values`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "word", "instant", "date", "time", "integer", "decimal", "number", "pincode"]

RAW_TYPES: dict[Kind, str] = {
    "text": "VARCHAR",
    "word": "VARCHAR",
    "instant": "TIMESTAMPTZ",
    "date": "DATE",
    "time": "VARCHAR",  # HH:MM, as DuckDB's TIME would print seconds
    "integer": "INTEGER",
    "decimal": "DECIMAL(12,2)",
    "number": "DOUBLE",
    "pincode": "VARCHAR",
}


@dataclass(frozen=True)
class Column:
    """One column of a feed.

    `words` are the allowed values of a word, compared without case and stored as spelt here.
    `is_personal`: the value may name a person and is never shown in messages or logs.
    `is_lenient`: a value that is not of the kind never costs the row; it moves to `extra` as it came.
    """

    name: str
    kind: Kind = "text"
    is_required: bool = False
    words: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    is_personal: bool = False
    is_lenient: bool = False

    @property
    def raw_type(self) -> str:
        """The DuckDB type of the column in schema raw."""
        return RAW_TYPES[self.kind]


@dataclass(frozen=True)
class Feed:
    """One feed: `happened_at` names the column of its main instant.

    `keeps_precision`: its raw table has `is_date_only` and `known_at` beside that instant.
    `in_key` are columns kept in raw.shipment_keys and raw.codes instead of the feed's raw table.
    """

    name: str
    happened_at: str
    columns: tuple[Column, ...]
    keeps_precision: bool = False
    in_key: tuple[str, ...] = ("courier", "awb")

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that every file and every row must have."""
        return tuple(column.name for column in self.columns if column.is_required)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in the contract's order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if the feed has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")
