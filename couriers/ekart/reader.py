"""Ekart's event push and Elite's tracking answers as canonical scans.

Source: public code. The push names an event; of an undelivered parcel its sub-reason begins with `attempted` or
`unattempted`, which belongs to the code (`shipment_undelivered|attempted`), and the rest is reason_code. Tracking
answers speak another vocabulary, so their codes carry their space (`track:Delivered`). The push writes IST, the
tracking answer milliseconds since 1970.
"""

from __future__ import annotations

import polars as pl

from couriers.clocks import epoch, is_date_only, iso
from couriers.contract import ReadResult
from couriers.ekart.payloads import PUSH, TRACKING
from couriers.native_json import code, decode, each, text
from couriers.scan_rows import Requirement, extra, gather, one_each, refuse, settle

SLUG = "ekart"
#: The code of every event of a customer's return pickup, which must not touch a forward case.
REVERSE_CODE = "shipment_type:reverse"
_REVERSE_TYPE = r"(?i)^(incoming|reverse|rvp)"
#: `attempted_Door Lock`: whether there was a visit, and why it failed.
_SUB_REASON = r"(?i)^(attempted|unattempted)(?:[_ :-]+(.*))?$"
#: A reason that ends in a date of its own.
_RESCHEDULE = r"(?i)^(request for reschedule)\b.*$"
REQUIREMENTS = [
    Requirement("awb", "vendor_tracking_id", "the tracking id"),
    Requirement("native_code", "event", "an event such as shipment_delivered"),
    Requirement("scanned_at", "event_date", "a time as YYYY-MM-DD HH:MM:SS", found=pl.col("event_date")),
]


def read_push(bodies: pl.Series) -> ReadResult:
    """One event a body."""
    return one_each(bodies, PUSH, _pushed, REQUIREMENTS)


def read_tracking(bodies: pl.Series) -> ReadResult:
    """The state and its history of one parcel; an answer without `track` is a rejection with its message."""
    documents, rejected = decode(bodies, TRACKING)
    said = pl.coalesce(text(pl.col("message")), pl.lit("no message given"))
    refused = refuse(
        documents.filter(pl.col("track").is_null()),
        "track",
        pl.format("the answer holds no scan: {}", said),
    )
    told = documents.filter(pl.col("track").is_not_null()).select(
        "body_index",
        "track",
        awb=pl.coalesce(code(pl.col("_id")), code(pl.col("wbn"))),
        order_number=pl.col("order_number"),
    )
    heads = told.with_columns(path=pl.lit("track.")).unnest("track")
    history = each(heads, "details", "number").select(
        "body_index",
        "awb",
        "order_number",
        state=pl.col("details"),
        path=pl.format("track.details[{}].", pl.col("number")),
    )
    found = [settle(_tracked(part), _requirements()) for part in (heads, history.unnest("state"))]
    return gather(documents, rejected, [*found, refused], "track", "expected a scan, found none")


def _pushed(found: pl.DataFrame) -> pl.DataFrame:
    event, sub_reason = code(pl.col("event")), text(pl.col("sub_reasons").list.drop_nulls().list.join("_"))
    parts = sub_reason.str.extract_groups(_SUB_REASON).struct
    visit = parts.field("1").str.to_lowercase()
    reason = pl.when(visit.is_null()).then(sub_reason).otherwise(parts.field("2"))
    is_reverse = pl.col("shipment_type").str.strip_chars().str.contains(_REVERSE_TYPE).fill_null(False)
    given = pl.concat_str(event, pl.concat_str(pl.lit("|"), visit).fill_null(""))
    return found.with_columns(
        courier=pl.lit(SLUG),
        awb=code(pl.col("vendor_tracking_id")),
        scanned_at=iso(pl.col("event_date")),
        is_date_only=is_date_only(pl.col("event_date")),
        native_code=pl.when(is_reverse & given.is_not_null()).then(pl.lit(REVERSE_CODE)).otherwise(given),
        native_text=text(pl.col("status")),
        reason_code=pl.when(~is_reverse).then(code(reason.str.replace(_RESCHEDULE, "$1"))),
        reason_text=pl.when(~is_reverse).then(text(pl.col("reason"))),
        location=text(pl.col("location")),
        remark=text(pl.col("remarks")),
        extra=extra(
            order_id=text(pl.col("merchant_reference_id")),
            shipment_type=text(pl.col("shipment_type")),
            event=pl.when(is_reverse).then(event),
        ),
    )


def _tracked(found: pl.DataFrame) -> pl.DataFrame:
    status = code(pl.col("status"))
    return found.with_columns(
        courier=pl.lit(SLUG),
        scanned_at=epoch(pl.col("ctime"), "milliseconds"),
        is_date_only=pl.lit(False),
        native_code=pl.concat_str(pl.lit("track:"), status),
        native_text=status,
        reason_text=text(pl.col("ndrStatus")),
        location=text(pl.col("location")),
        remark=text(pl.col("desc")),
        extra=extra(order_id=text(pl.col("order_number"))),
    )


def _requirements() -> list[Requirement]:
    path = pl.col("path")
    return [
        Requirement("awb", "_id", "the tracking id"),
        Requirement("native_code", pl.format("{}status", path), "a status such as Delivered"),
        Requirement(
            "scanned_at", pl.format("{}ctime", path), "milliseconds since 1970", found=pl.col("ctime")
        ),
    ]
