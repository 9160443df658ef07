"""XpressBees' status push as canonical scans.

Source: public code. native_code is the status code. Of an undelivered parcel `Remarks` is a numeric reason, which
is reason_code, or a text, which is reason_text. Date (day first) and time (HHMM) stand in two fields and are IST.
"""

from __future__ import annotations

import polars as pl

from couriers.clocks import day_and_hour, is_blank
from couriers.contract import ReadResult
from couriers.native_json import code, text
from couriers.scan_rows import Requirement, one_each
from couriers.xpressbees.payloads import PUSH

SLUG = "xpressbees"
UNDELIVERED = "UD"
_NUMERIC = r"^\d{1,4}$"
REQUIREMENTS = [
    Requirement("awb", "AWBNO", "the waybill number"),
    Requirement("native_code", "StatusCode", "a status code such as OFD"),
    Requirement(
        "scanned_at",
        "StatusDate",
        "a date as DD-MM-YYYY and a StatusTime as HHMM",
        found=pl.concat_str("StatusDate", "StatusTime", separator=" ", ignore_nulls=True),
    ),
]


def read_push(bodies: pl.Series) -> ReadResult:
    """One scan a body."""
    return one_each(bodies, PUSH, _canonical, REQUIREMENTS)


def _canonical(found: pl.DataFrame) -> pl.DataFrame:
    status, remarks = code(pl.col("StatusCode")), text(pl.col("Remarks"))
    is_failed = status.str.to_uppercase() == UNDELIVERED
    is_reason = remarks.str.contains(_NUMERIC)
    latitude, longitude = (
        pl.col(name).str.strip_chars().cast(pl.Float64, strict=False) for name in ("Latitude", "Longitude")
    )
    # 0, 0 is what an app writes that has no position.
    is_place = (latitude != 0) | (longitude != 0)
    return found.with_columns(
        courier=pl.lit(SLUG),
        awb=code(pl.col("AWBNO")),
        scanned_at=day_and_hour(pl.col("StatusDate"), pl.col("StatusTime")),
        is_date_only=is_blank(pl.col("StatusTime")),
        native_code=status,
        reason_code=pl.when(is_failed & is_reason).then(remarks),
        reason_text=pl.when(is_failed & ~is_reason).then(remarks),
        location=text(pl.col("CurrentLocation")),
        latitude=pl.when(is_place).then(latitude),
        longitude=pl.when(is_place).then(longitude),
        remark=remarks,
    )
