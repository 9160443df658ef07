"""iThink's tracking answers as canonical scans of the carrier behind it.

Source: public code. native_code is the status in words, as the code beside it says little: UD stands at parcels in
transit, at their destination and undelivered alike. The carrier is known by its name. Times have no zone and are IST.
"""

from __future__ import annotations

import polars as pl

from couriers.carriers import slug_of_name
from couriers.clocks import is_date_only, iso
from couriers.contract import ReadResult
from couriers.ithink.payloads import PARCEL, TRACKING
from couriers.native_json import code, decode, decode_entries, each, text
from couriers.scan_rows import Requirement, extra, gather, refuse, settle

SLUG = "ithink"
#: The code of every scan of a customer's return order: it is no forward parcel.
REVERSE_CODE = "order_type:reverse"


def read_tracking(bodies: pl.Series) -> ReadResult:
    """All scans of all parcels of an answer keyed by AWB; one without scans is a rejection with its message."""
    documents, rejected = decode(bodies, TRACKING)
    data = bodies.cast(pl.String).gather(documents["body_index"]).str.json_path_match("$.data")
    objects = data.str.extract(r"(?s)^(\{.*)$")
    parcels, odd = decode_entries(objects, documents["body_index"], "data.", PARCEL)
    said = pl.coalesce(text(pl.col("message")), text(pl.col("html_message")), pl.lit("no message given"))
    unknown = refuse(
        documents.join(parcels, on="body_index", how="anti").join(odd, on="body_index", how="anti"),
        "data",
        pl.format("the answer holds no parcel: {}", said),
    )
    bare = parcels.filter(pl.col("scan_details").list.len().fill_null(0) == 0).with_columns(
        scan=pl.lit(None, dtype=pl.String), said=text(pl.col("message"))
    )
    field = pl.format("{}.scan_details", pl.col("path"))
    no_scans = settle(bare, [Requirement("scan", field, "scans of a known AWB", found=pl.col("said"))])
    scans = each(parcels.drop("message"), "scan_details", "position").unnest("scan_details")
    found = settle(_canonical(scans), _requirements())
    parts = [found, no_scans, unknown]
    return gather(documents, pl.concat([rejected, odd]), parts, "data", "expected a parcel, found none")


def _canonical(found: pl.DataFrame) -> pl.DataFrame:
    status, remark = code(pl.col("status")), text(pl.col("status_remark"))
    is_reverse = code(pl.col("order_type")).str.to_lowercase().str.starts_with("reverse").fill_null(False)
    return found.with_columns(
        courier=pl.coalesce(slug_of_name(text(pl.col("logistic"))), pl.lit(SLUG)),
        via=pl.lit(SLUG),
        awb=pl.coalesce(code(pl.col("awb_no")), code(pl.col("key"))),
        scanned_at=iso(pl.col("status_date_time")),
        is_date_only=is_date_only(pl.col("status_date_time")),
        native_code=pl.when(is_reverse & status.is_not_null()).then(pl.lit(REVERSE_CODE)).otherwise(status),
        native_text=status,
        reason_text=pl.when(~is_reverse).then(text(pl.col("status_reason"))),
        location=text(pl.col("status_location")),
        remark=remark,
        extra=extra(status_code=code(pl.col("status_code")), return_awb=code(pl.col("return_tracking_no"))),
    )


def _requirements() -> list[Requirement]:
    scan = pl.format("{}.scan_details[{}].", pl.col("path"), pl.col("position"))
    return [
        Requirement("awb", pl.format("{}.awb_no", pl.col("path")), "the AWB"),
        Requirement("native_code", pl.format("{}status", scan), "a status such as In Transit"),
        Requirement(
            "scanned_at",
            pl.format("{}status_date_time", scan),
            "a time as YYYY-MM-DD HH:MM:SS",
            found=pl.col("status_date_time"),
        ),
    ]
