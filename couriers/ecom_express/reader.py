"""Ecom Express's scan push as canonical scans.

Source: public code. native_code is `reason_code_number`, or the child code beside it where codes.csv knows that one;
the text after the number in `reason_code` is native_text and reason_text. A scan that names a `ref_awb` is of the
return leg, and its 999 is the return handed back (`r999`). Times have no zone and are IST.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from couriers.clocks import is_date_only, iso
from couriers.codes import read_codes
from couriers.contract import ReadResult
from couriers.ecom_express.payloads import PUSH
from couriers.native_json import code, text
from couriers.scan_rows import Requirement, extra, one_each

SLUG = "ecom_express"
DELIVERED, RETURNED = "999", "r999"
#: "777 - RTS - Return To Shipper": the number, and what it says.
_NUMBERED = r"^(\d+)(?:\s*-\s*(.*))?$"
REQUIREMENTS = [
    Requirement("awb", "awb", "the AWB"),
    Requirement("native_code", "reason_code_number", "a code such as 999"),
    Requirement("scanned_at", "datetime", "a time as YYYY-MM-DD HH:MM:SS", found=pl.col("datetime")),
]


def read_push(bodies: pl.Series) -> ReadResult:
    """One scan a body."""
    return one_each(bodies, PUSH, _canonical, REQUIREMENTS)


def _canonical(found: pl.DataFrame) -> pl.DataFrame:
    known = read_codes(Path(__file__).parent / "codes.csv")["native_code"].drop_nulls().to_list()
    reason = text(pl.col("reason_code"))
    parts = reason.str.extract_groups(_NUMBERED).struct
    number = pl.coalesce(code(pl.col("reason_code_number")), parts.field("1"))
    child = code(pl.col("child_reason_code_number"))
    # A reason that is only the number says nothing that the status does not say better.
    is_words = parts.field("1").is_null() & reason.ne_missing(number)
    told = text(pl.when(is_words).then(reason).otherwise(parts.field("2")))
    return_of = code(pl.col("ref_awb"))
    return found.with_columns(
        courier=pl.lit(SLUG),
        awb=code(pl.col("awb")),
        scanned_at=iso(pl.col("datetime")),
        is_date_only=is_date_only(pl.col("datetime")),
        native_code=pl.when(return_of.is_not_null() & (number == DELIVERED))
        .then(pl.lit(RETURNED))
        .when(child.is_in(known))
        .then(child)
        .otherwise(number),
        native_text=pl.coalesce(told, text(pl.col("status"))),
        # The payload's own reason_code is a sentence.
        reason_code=pl.lit(None, dtype=pl.String),
        reason_text=told,
        location=pl.coalesce(text(pl.col("location")), text(pl.col("city"))),
        remark=text(pl.col("status")),
        leg=pl.when(return_of.is_not_null()).then(pl.lit("return")),
        extra=extra(
            other_awb=return_of,
            event_id=text(pl.col("status_update_number")),
            order_id=text(pl.col("order_number")),
            child_code=child,
        ),
    )
