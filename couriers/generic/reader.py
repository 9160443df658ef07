"""Pushed canonical scans: one, or a list, in the words of the feed `scans`.

Refuses: a scan of another courier, whose codes are not our words; pushes prove that they are generic's alone.
"""

from __future__ import annotations

import polars as pl

from couriers.clocks import is_date_only, iso
from couriers.contract import LEGS, SCAN_SCHEMA, ReadResult
from couriers.generic.payloads import PUSH, SCAN
from couriers.native_json import code, decode, each, text
from couriers.scan_rows import Requirement, gather, settle

SLUG = "generic"
_CODES = ("awb", "native_code", "reason_code", "pincode", "agent_id")


def read_push(bodies: pl.Series) -> ReadResult:
    """The scans of bodies that are one each, or `{"scans": [...]}`."""
    documents, rejected = decode(bodies, PUSH)
    is_list = pl.col("scans").is_not_null()
    one = documents.filter(~is_list).select("body_index", *SCAN, path=pl.lit(""))
    many = each(documents.filter(is_list).select("body_index", "scans"), "scans", "position").select(
        "body_index", pl.col("scans").struct.unnest(), path=pl.format("scans[{}].", pl.col("position"))
    )
    found = settle(_canonical(pl.concat([one, many])), _requirements())
    return gather(documents, rejected, [found], "scans", "expected a list of scans, found none")


def _canonical(scans: pl.DataFrame) -> pl.DataFrame:
    named, leg, time = text(pl.col("courier")), text(pl.col("leg")).str.to_lowercase(), pl.col("scanned_at")
    return scans.select(
        "body_index",
        "path",
        *(_column(name) for name in SCAN if name not in ("courier", "leg", "scanned_at")),
        courier=pl.lit(SLUG),
        leg=leg,
        known_courier=pl.when(named.is_null() | (named.str.to_lowercase() == SLUG)).then(pl.lit(SLUG)),
        known_leg=pl.when(leg.is_null() | leg.is_in(LEGS)).then(pl.lit("")),
        given_courier=pl.col("courier"),
        given_time=time,
        scanned_at=iso(time),
        is_date_only=is_date_only(time),
    )


def _column(name: str) -> pl.Expr:
    value, dtype = pl.col(name), SCAN_SCHEMA[name]
    if dtype == pl.String:
        return code(value) if name in _CODES else text(value)
    # An attempt may be written 2.0.
    return value.str.strip_chars().cast(pl.Float64, strict=False).cast(dtype, strict=False).alias(name)


def _requirements() -> list[Requirement]:
    needed = [
        ("known_courier", "courier", "generic, or no courier", pl.col("given_courier")),
        ("awb", "awb", "the AWB", None),
        ("native_code", "native_code", "a canonical status such as failed_delivery", None),
        (
            "scanned_at",
            "scanned_at",
            "a time in ISO-8601 like 2026-03-02T14:05:00+05:30",
            pl.col("given_time"),
        ),
        ("known_leg", "leg", "forward, return or no leg", pl.col("leg")),
    ]
    return [
        Requirement(column, pl.format("{}{}", pl.col("path"), pl.lit(field)), what, found)
        for column, field, what, found in needed
    ]
