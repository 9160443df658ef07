"""NimbusPost's status push as canonical scans.

Source: a published body, public code. native_code is the status in words. The body does not name the carrier, so
the parcel stands under `nimbuspost`. The AWB of a return is kept beside the scan; the words of the status say the
leg. Times have no zone and are IST.
"""

from __future__ import annotations

import polars as pl

from couriers.clocks import is_date_only, iso
from couriers.contract import ReadResult
from couriers.native_json import code, text
from couriers.nimbuspost.payloads import PUSH
from couriers.scan_rows import Requirement, extra, one_each

SLUG = "nimbuspost"
FAILED = "exception"
REQUIREMENTS = [
    Requirement("awb", "awb_number", "the AWB"),
    Requirement("native_code", "status", "a status such as in transit"),
    Requirement("scanned_at", "event_time", "a time as YYYY-MM-DD HH:MM:SS", found=pl.col("event_time")),
]


def read_push(bodies: pl.Series) -> ReadResult:
    """One scan a body."""
    return one_each(bodies, PUSH, _canonical, REQUIREMENTS)


def _canonical(found: pl.DataFrame) -> pl.DataFrame:
    status, message = code(pl.col("status")), text(pl.col("message"))
    return found.with_columns(
        courier=pl.lit(SLUG),
        via=pl.lit(SLUG),
        awb=code(pl.col("awb_number")),
        scanned_at=iso(pl.col("event_time")),
        is_date_only=is_date_only(pl.col("event_time")),
        native_code=status,
        reason_text=pl.when(status.str.to_lowercase() == FAILED).then(message),
        location=text(pl.col("location")),
        remark=message,
        extra=extra(return_awb=code(pl.col("rto_awb"))),
    )
