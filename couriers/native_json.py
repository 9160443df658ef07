"""Decoding batches of JSON bodies that strangers wrote: never a crash, never a body lost.

Owns: which bodies are JSON objects, a typed view of the fields a reader names, and objects keyed by AWB as
rows. Refuses: meaning; what a field is for belongs to the reader.

Fields are read leniently (a number where text was expected becomes its text, a container where another was
expected becomes null), so that one odd field does not cost a body; what a scan cannot do without is checked
by `couriers.scan_rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl
from polars.datatypes import DataTypeClass
from polars.exceptions import PolarsError

from couriers.contract import REJECTED_SCHEMA

#: Bodies decoded at a time: bounds the text held at once; larger gains nothing measurable.
SLICE_BODIES = 20_000

#: A JSON text cut into whole strings (with the colon of a key), brackets, and what stands between them.
_TOKENS = r'"(?:[^"\\]|\\.)*":?|[{}\[\]]|[^"{}\[\]]+'

#: The size down to which a batch that the strict decoder refuses is halved.
LENIENT_BODIES = 256

#: The fields a reader reads: name in the payload -> Polars type.
JsonSchema = Mapping[str, pl.DataType | DataTypeClass]
Decoder = Callable[[pl.DataFrame, JsonSchema], pl.DataFrame]


def decode(bodies: pl.Series, schema: JsonSchema) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Bodies as rows of `schema` with their `body_index`, and the bodies that are no JSON object.

    `bodies` is a String Series, one document each. Returns (documents, rejected); every body is in exactly
    one of them. `rejected` has the columns of REJECTED_SCHEMA.
    """
    numbered = pl.DataFrame({"body": bodies.cast(pl.String)}).with_row_index("body_index")
    # json_path_match is strict (one whole document or null), which the batch decoder is not.
    numbered = numbered.with_columns(
        is_json=pl.col("body").str.json_path_match("$").is_not_null(),
        is_object=pl.col("body").str.strip_chars_start(" \t\r\n").str.starts_with("{").fill_null(False),
    )
    objects = numbered.filter(pl.col("is_json") & pl.col("is_object"))
    parts = [
        _decode_objects(part, schema)
        for part in objects.select("body_index", "body").iter_slices(SLICE_BODIES)
    ]
    documents = pl.concat(parts) if parts else _no_documents(schema)
    refused = numbered.join(documents.select("body_index"), on="body_index", how="anti")
    rejected = refused.select(
        "body_index",
        field=pl.lit("body"),
        message=pl.when(pl.col("body").is_null() | (pl.col("body").str.strip_chars() == ""))
        .then(pl.lit("body: expected a JSON object, found nothing"))
        .when(pl.col("is_object") | ~pl.col("is_json"))
        .then(pl.lit("body: expected a JSON object, found text that is not JSON"))
        .otherwise(pl.lit("body: expected a JSON object, found another JSON value")),
    )
    return documents.sort("body_index"), rejected.cast(pl.Schema(REJECTED_SCHEMA)).sort("body_index")


def entries(objects: pl.Series) -> pl.DataFrame:
    """The entries of JSON objects whose keys are data (answers keyed by AWB).

    `objects` holds JSON texts as `str.json_path_match` prints them (no blanks outside strings). Returns
    `object_index`, `key` (decoded) and `value` (its JSON text), in order of appearance.
    """
    tokens = (
        pl.DataFrame({"token": objects.str.extract_all(_TOKENS)})
        .with_row_index("object_index")
        .filter(pl.col("token").list.len() > 0)
        .explode("token")
        .with_columns(
            step=pl.col("token").is_in(["{", "["]).cast(pl.Int32)
            - pl.col("token").is_in(["}", "]"]).cast(pl.Int32)
        )
        .with_columns(depth=pl.col("step").cum_sum().over("object_index"))
        .with_columns(is_key=(pl.col("depth") == 1) & pl.col("token").str.ends_with('":'))
        .with_columns(entry=pl.col("is_key").cum_sum().over("object_index"))
    )
    grouped = (
        # Entry 0 is the opening brace, depth 0 the closing one.
        tokens.filter((pl.col("entry") > 0) & (pl.col("depth") > 0))
        .group_by("object_index", "entry", maintain_order=True)
        .agg(key=pl.col("token").first(), value=pl.col("token").slice(1).str.join(""))
    )
    return grouped.select(
        "object_index",
        key=pl.col("key").str.strip_suffix(":").str.json_path_match("$"),
        value=pl.col("value").str.strip_suffix(","),
    )


def decode_entries(
    objects: pl.Series, body_index: pl.Series, path: str, schema: JsonSchema
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Objects keyed by AWB as one row of `schema` per entry, with `body_index`, `key` and its `path`.

    `objects` as in `entries`, null where a body has none; `body_index` names the body of each; `path` is what
    the keys stand under ("result."). Entries that are no JSON object are rejected, as in `decode`.
    """
    found = entries(objects).with_row_index("entry")
    found = found.select(
        "entry",
        "key",
        "value",
        body_index=body_index.gather(found["object_index"]),
        path=pl.concat_str(pl.lit(path), pl.col("key").fill_null("")),
    )
    answers, odd = decode(found["value"], schema)
    names = ["entry", "body_index", "key", "path"]
    answers = (
        found.select(names)
        .join(answers.rename({"body_index": "entry"}), on="entry")
        .sort("entry")
        .drop("entry")
    )
    odd = odd.select(entry="body_index").join(found.select(names), on="entry").sort("entry")
    rejected = odd.select(
        "body_index",
        field="path",
        message=pl.format("{}: expected a JSON object, found none", pl.col("path")),
    )
    return answers, rejected.cast(pl.Schema(REJECTED_SCHEMA))


def each(frame: pl.DataFrame, column: str, position: str) -> pl.DataFrame:
    """One row per element of the list `column`, its place in it as `position`; empty lists give none."""
    length = pl.col(column).list.len()
    return (
        frame.filter(length > 0)
        .with_columns(pl.int_ranges(0, length).alias(position))
        .explode(column, position)
    )


def text(value: pl.Expr) -> pl.Expr:
    """A field as text: NUL characters dropped, outer blanks stripped, empty is null."""
    clean = value.cast(pl.String).str.replace_all("\u0000", "", literal=True).str.strip_chars()
    return pl.when(clean != "").then(clean)


def code(value: pl.Expr) -> pl.Expr:
    """A native code as text: as `text`, inner runs of blanks to one; null when it is a list or an object."""
    collapsed = text(value).str.replace_all(r"\s+", " ")
    return pl.when(~collapsed.str.contains(r"^[\[{]")).then(collapsed)


def _decode_objects(objects: pl.DataFrame, schema: JsonSchema) -> pl.DataFrame:
    """Rows of `schema` for bodies known to be JSON objects; one that no decoder takes is left out.

    Well-typed bodies go through the strict decoder, which is some four times faster on nested ones; where it
    refuses a batch, halves of it are tried, and the last small batch is read leniently.
    """
    try:
        decoded = objects["body"].str.json_decode(pl.Struct(schema)).struct.unnest()
    except PolarsError:
        if objects.height <= LENIENT_BODIES:
            return _decode_leniently(objects, schema)
        return _halved(objects, schema, _decode_objects)
    return decoded.select(objects["body_index"], *schema)


def _decode_leniently(objects: pl.DataFrame, schema: JsonSchema) -> pl.DataFrame:
    # A raw line break in valid JSON stands outside strings, so a blank says the same.
    lines = objects["body"].str.replace_all(r"[\r\n]", " ").str.join("\n").item()
    try:
        decoded = pl.read_ndjson(lines.encode(), schema=dict(schema), ignore_errors=True)
    except PolarsError:
        decoded = None
    if decoded is not None and decoded.height == objects.height:
        return decoded.select(objects["body_index"], *schema)
    return _no_documents(schema) if objects.height == 1 else _halved(objects, schema, _decode_leniently)


def _halved(objects: pl.DataFrame, schema: JsonSchema, decoder: Decoder) -> pl.DataFrame:
    half = objects.height // 2
    return pl.concat([decoder(objects[:half], schema), decoder(objects[half:], schema)])


def _no_documents(schema: JsonSchema) -> pl.DataFrame:
    return pl.DataFrame(schema={"body_index": pl.UInt32, **schema})
