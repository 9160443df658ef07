"""A push reader made of a mapping: which paths give which column, and how the time is written.

Owns: what a described field becomes in a canonical scan. Refuses: TOML; that is `couriers.mapping`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from couriers.contract import SCAN_SCHEMA, Reader, ReadResult
from couriers.mapping_clock import Clock
from couriers.mapping_paths import WHOLE, JsonPath, list_at, schema_of
from couriers.native_json import JsonSchema, code, decode, each, text
from couriers.scan_rows import Requirement, gather, settle

#: Columns that are codes: inner blanks are collapsed, objects and lists are none.
CODES = ("awb", "native_code", "reason_code", "pincode", "agent_id")
#: What a mapping may give, the first three always.
REQUIRED = ("awb", "scanned_at", "native_code")
FIELDS = (*REQUIRED, *(
    "native_text", "reason_code", "reason_text", "attempt_number", "location", "pincode", "latitude", "longitude",
    "remark", "agent_id", "photo_url", "leg",
))  # fmt: skip


@dataclass(frozen=True)
class Given:
    """Where one column comes from: the values at `paths`, joined (null where one is missing), or `constant`."""

    paths: tuple[JsonPath, ...] = ()
    separator: str = " "
    constant: str | None = None

    @property
    def written(self) -> str:
        """The paths as the mapping writes them."""
        return " + ".join(path.written for path in self.paths)


@dataclass(frozen=True)
class Mapping:
    """What a mapping says of the bodies of one courier. `scans`: where their list stands, None: a body is a scan;
    `legs`: the leg's word for each of the courier's."""

    slug: str
    fields: dict[str, Given]
    clock: Clock = field(default_factory=Clock)
    scans: JsonPath | None = None
    legs: dict[str, str] = field(default_factory=dict)

    def paths(self) -> list[JsonPath]:
        """All paths of all fields."""
        return [path for given in self.fields.values() for path in given.paths]


def reader_of(mapping: Mapping) -> Reader:
    """The push reader; `schema_of` must have a schema for its paths."""
    schema = schema_of(mapping.paths(), mapping.scans)
    if isinstance(schema, str):
        raise TypeError(schema)

    def read_push(bodies: pl.Series) -> ReadResult:
        return _read(bodies, mapping, schema)

    return read_push


def _read(bodies: pl.Series, mapping: Mapping, schema: JsonSchema) -> ReadResult:
    if mapping.scans == WHOLE:
        bodies = _wrapped(bodies)
    documents, rejected = decode(bodies, schema)
    whole = documents.select("body_index", body=pl.struct(*schema))
    if mapping.scans is None:
        scans = whole.with_columns(scan=pl.col("body"), path=pl.lit(""))
        lacks, where = "expected a scan, found none", "body"
    else:
        where = mapping.scans.written
        listed = whole.with_columns(scan=list_at(pl.col("body"), mapping.scans))
        scans = each(listed, "scan", "position").with_columns(
            path=pl.format("{}[{}].", pl.lit(where), pl.col("position"))
        )
        lacks = "expected a list of scans, found none"
    found = settle(_canonical(scans, mapping), _requirements(mapping))
    return gather(documents, rejected, [found], where, lacks)


def _wrapped(bodies: pl.Series) -> pl.Series:
    """Bodies that are JSON, each as the only field of an object; what is none is left, and rejected as such."""
    body = pl.col("body")
    wrapped = pl.concat_str(pl.lit(f'{{"{WHOLE.written}":'), body, pl.lit("}"))
    is_json = body.str.json_path_match("$").is_not_null()
    frame = pl.DataFrame({"body": bodies.cast(pl.String)})
    return frame.select(pl.when(is_json).then(wrapped).otherwise(body)).to_series()


def _canonical(scans: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    columns = {name: _column(name, given) for name, given in mapping.fields.items() if name != "scanned_at"}
    if "leg" in columns:
        columns["leg"] = (
            columns["leg"]
            .str.to_lowercase()
            .replace_strict(mapping.legs, default=None, return_dtype=pl.String)
        )
    time = _raw(mapping.fields["scanned_at"])
    return scans.select(
        "body_index",
        "path",
        courier=pl.lit(mapping.slug),
        time=time,
        scanned_at=mapping.clock.instant(time),
        is_date_only=mapping.clock.is_date(time),
        **columns,
    )


def _column(name: str, given: Given) -> pl.Expr:
    value, dtype = _raw(given), SCAN_SCHEMA[name]
    if dtype != pl.String:
        # An attempt may be written 2.0.
        number = value.str.strip_chars().cast(pl.Float64, strict=False)
        return number if dtype == pl.Float64 else number.cast(dtype, strict=False)
    return code(value) if name in CODES else text(value)


def _raw(given: Given) -> pl.Expr:
    if given.constant is not None:
        return pl.lit(given.constant)
    parts = [path.value(pl.col("body" if path.from_body else "scan")) for path in given.paths]
    return parts[0] if len(parts) == 1 else pl.concat_str(parts, separator=given.separator)


def _requirements(mapping: Mapping) -> list[Requirement]:
    expected = {"awb": "the AWB", "native_code": "a code", "scanned_at": f"a time as {mapping.clock.form}"}

    def place(name: str) -> pl.Expr:
        given = mapping.fields[name]
        from_body = all(path.from_body for path in given.paths)
        return (
            pl.lit(given.written) if from_body else pl.format("{}{}", pl.col("path"), pl.lit(given.written))
        )

    return [
        Requirement(name, place(name), expected[name], found=pl.col("time") if name == "scanned_at" else None)
        for name in REQUIRED
    ]
