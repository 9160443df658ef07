"""From what a reader found to canonical rows: required fields checked, every body accounted for.

Owns: the one place where a candidate scan becomes a row or a rejection. Refuses: any courier's field names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from couriers.contract import REJECTED_SCHEMA, ROW_SCHEMA, ReadResult
from couriers.native_json import JsonSchema, decode

#: Longest part of a stranger's value that a message repeats.
SHOWN_CHARACTERS = 100


@dataclass(frozen=True)
class Requirement:
    """What a scan cannot do without.

    `column`: the candidate column that must not be null. `field`: where it stands in the payload (text or a
    String expression). `expected`: what was expected there. `found`: expression of the payload's own value,
    shown in the message; leave it out where the value could name a person.
    """

    column: str
    field: str | pl.Expr
    expected: str
    found: pl.Expr | None = None

    def problem(self) -> pl.Expr:
        """Struct of field and message where the requirement fails, else null."""
        field = pl.lit(self.field) if isinstance(self.field, str) else self.field
        found = pl.lit("nothing usable") if self.found is None else _shown(self.found)
        message = pl.format("{}: expected {}, found {}", field, pl.lit(self.expected), found)
        return pl.when(pl.col(self.column).is_null()).then(pl.struct(field=field, message=message))


def one_each(
    bodies: pl.Series,
    schema: JsonSchema,
    canonical: Callable[[pl.DataFrame], pl.DataFrame],
    requirements: list[Requirement],
) -> ReadResult:
    """Bodies of one scan each: `canonical` gives each document its scan columns, `settle` judges them."""
    documents, rejected = decode(bodies, schema)
    found = settle(canonical(documents), requirements)
    return gather(documents, rejected, [found], "body", "expected a scan, found none")


def settle(candidates: pl.DataFrame, requirements: list[Requirement]) -> ReadResult:
    """Candidates that meet every requirement as rows, the others with the first one they fail.

    `candidates` has `body_index`, any columns of SCAN_SCHEMA (missing ones become null) and whatever the
    requirements refer to.
    """
    judged = candidates.with_columns(problem=pl.coalesce(item.problem() for item in requirements))
    failed = judged.filter(pl.col("problem").is_not_null()).select(
        "body_index",
        field=pl.col("problem").struct.field("field"),
        message=pl.col("problem").struct.field("message"),
    )
    rows = judged.filter(pl.col("problem").is_null()).select(
        (pl.col(name) if name in candidates.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in ROW_SCHEMA.items()
    )
    return ReadResult(rows=rows, rejected=failed.cast(pl.Schema(REJECTED_SCHEMA)))


def gather(
    documents: pl.DataFrame, undecoded: pl.DataFrame, parts: list[ReadResult], field: str, lacks: str
) -> ReadResult:
    """All parts as one result in order of bodies; a document none of them speaks of is rejected.

    `documents` and `undecoded` are what `native_json.decode` gave. `field`, `lacks`: where a body without any
    scan should have had one, and what was expected there.
    """
    rows = pl.concat([pl.DataFrame(schema=ROW_SCHEMA), *(part.rows for part in parts)])
    rejected = pl.concat([undecoded, *(part.rejected for part in parts)])
    silent = (
        documents.select("body_index")
        .join(rows.select("body_index"), on="body_index", how="anti")
        .join(rejected.select("body_index"), on="body_index", how="anti")
    )
    rejected = pl.concat([rejected, refuse(silent, field, pl.lit(lacks)).rejected])
    return ReadResult(
        rows=rows.sort("body_index", maintain_order=True),
        rejected=rejected.sort("body_index", maintain_order=True),
    )


def refuse(bodies: pl.DataFrame, field: str, message: pl.Expr) -> ReadResult:
    """Bodies refused as a whole: `message` is a String expression over `bodies`, which has `body_index`."""
    message = message.str.slice(0, 2 * SHOWN_CHARACTERS)
    rejected = bodies.select(
        "body_index", field=pl.lit(field), message=pl.format("{}: {}", pl.lit(field), message)
    )
    return ReadResult(
        rows=pl.DataFrame(schema=ROW_SCHEMA), rejected=rejected.cast(pl.Schema(REJECTED_SCHEMA))
    )


def extra(**fields: pl.Expr) -> pl.Expr:
    """The `extra` column: a JSON object of the named values that are not null, null when all of them are."""
    members = [
        pl.when(value.is_not_null()).then(
            pl.struct(value.cast(pl.String).alias(name))
            .struct.json_encode()
            .str.slice(1)
            .str.strip_suffix("}")
        )
        for name, value in fields.items()
    ]
    body = pl.concat_str(members, separator=",", ignore_nulls=True)
    return pl.when(body != "").then(pl.concat_str(pl.lit("{"), body, pl.lit("}")))


def _shown(value: pl.Expr) -> pl.Expr:
    shown = pl.format('"{}"', value.cast(pl.String).str.slice(0, SHOWN_CHARACTERS))
    return pl.when(value.is_null()).then(pl.lit("nothing")).otherwise(shown)
