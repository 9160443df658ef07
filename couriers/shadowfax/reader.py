"""Shadowfax's event push and tracking answers as canonical scans.

Source: Shadowfax's Unified API manual. native_code is the event (`status_id` in tracking answers). The reason
of an undelivered or held parcel is a text; it becomes reason_code only where codes.csv knows it, because any
other text may be a rider's own words. The push prints times without a zone (IST), tracking answers with `Z`
(UTC). Rider and recipient fields are left in the payload, but for the rider's id.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from couriers.clocks import is_date_only, iso
from couriers.codes import read_codes
from couriers.contract import ReadResult
from couriers.native_json import code, decode, each, text
from couriers.scan_rows import Requirement, extra, gather, one_each, refuse, settle
from couriers.shadowfax.payloads import ORDER, PUSH, TRACKING

SLUG = "shadowfax"
TIME_FORMAT = "a time as YYYY-MM-DD HH:MM:SS"
#: The code of every scan of a customer's return pickup (`type` R): its events must not touch a forward case.
REVERSE_CODE = "shipment_type:R"
_PARCEL = ("body_index", "message", "order_details", "tracking_details")


def read_push(bodies: pl.Series) -> ReadResult:
    """One event a body."""
    return one_each(bodies, PUSH, _pushed, _requirements("awb_number", "event", "event_timestamp"))


def read_tracking(bodies: pl.Series) -> ReadResult:
    """All events of one waybill, or of each of many; one without `tracking_details` is a rejection with its message."""
    documents, rejected = decode(bodies, TRACKING)
    parcels = pl.concat(
        [
            documents.filter(pl.col("data").is_null()).select(*_PARCEL, _place=pl.lit("")),
            each(documents, "data", "place")
            .select("body_index", "message", pl.col("data").struct.unnest(), "place")
            .select(
                "body_index",
                "message",
                # The AWB stands beside the scans, or in the same place as in an answer about one parcel.
                order_details=pl.struct(
                    pl.coalesce(pl.col("order_details").struct.field(name), pl.col(name)) for name in ORDER
                ),
                tracking_details="tracking_details",
                _place=pl.format("data[{}].", pl.col("place")),
            ),
        ]
    )
    is_bare = pl.col("tracking_details").list.len().fill_null(0) == 0
    said = pl.coalesce(text(pl.col("message")), pl.lit("no message given"))
    refused = refuse(
        parcels.filter(is_bare), "tracking_details", pl.format("the answer holds no scan: {}", said)
    )
    scan, order = pl.col("tracking_details").struct, pl.col("order_details").struct
    candidates = each(parcels, "tracking_details", "position").select(
        "body_index",
        awb=order.field("awb_number"),
        time=scan.field("created"),
        event=scan.field("status_id"),
        label=scan.field("status"),
        location=scan.field("location"),
        comments=scan.field("remarks"),
        is_reverse=pl.lit(False),
        attempt_number=pl.lit(None, dtype=pl.Int32),
        agent_id=pl.lit(None, dtype=pl.String),
        order_id=order.field("client_order_id"),
        otp_verified=pl.lit(None, dtype=pl.String),
        path=pl.format("{}tracking_details[{}].", pl.col("_place"), pl.col("position")),
    )
    found = settle(_canonical(candidates), _requirements("order_details.awb_number", "status_id", "created"))
    return gather(documents, rejected, [found, refused], "data", "expected a scan, found none")


def _pushed(documents: pl.DataFrame) -> pl.DataFrame:
    kind = text(pl.coalesce(text(pl.col("shipmenttype")), pl.col("type"))).str.to_uppercase()
    rider = code(pl.col("rider_id"))
    candidates = documents.select(
        "body_index",
        awb=pl.col("awb_number"),
        time=pl.col("event_timestamp"),
        event=pl.col("event"),
        label=pl.col("status"),
        location=pl.col("current_location"),
        comments=pl.col("comments"),
        is_reverse=kind.str.starts_with("R").fill_null(False),
        attempt_number=text(pl.col("attempt_number")).cast(pl.Int32, strict=False),
        # An id is one word with a digit in it; anything else may be a name.
        agent_id=pl.when(rider.str.contains(r"^[\w-]*\d[\w-]*$")).then(rider),
        order_id=pl.col("order_id"),
        otp_verified=pl.col("otp_verified"),
        path=pl.lit(""),
    )
    return _canonical(candidates)


def _canonical(found: pl.DataFrame) -> pl.DataFrame:
    event, comments = code(pl.col("event")), text(pl.col("comments"))
    known = read_codes(Path(__file__).parent / "codes.csv").filter(pl.col("native_reason").is_not_null())
    reasons = {
        _key(row["native_code"], row["native_reason"]): row["native_reason"] for row in known.to_dicts()
    }
    spoken = pl.concat_str(event.str.to_lowercase(), pl.lit("|"), code(comments).str.to_lowercase())
    reason = spoken.replace_strict(reasons, default=None, return_dtype=pl.String)
    explains = event.str.to_lowercase().is_in(list(known["native_code"].unique()))
    return found.with_columns(
        courier=pl.lit(SLUG),
        awb=code(pl.col("awb")),
        scanned_at=iso(pl.col("time")),
        is_date_only=is_date_only(pl.col("time")),
        native_code=pl.when(pl.col("is_reverse") & event.is_not_null())
        .then(pl.lit(REVERSE_CODE))
        .otherwise(event),
        native_text=text(pl.col("label")),
        reason_code=pl.when(~pl.col("is_reverse")).then(reason),
        reason_text=pl.when(explains & ~pl.col("is_reverse")).then(comments),
        location=text(pl.col("location")),
        remark=comments,
        extra=extra(
            order_id=text(pl.col("order_id")),
            otp_verified=text(pl.col("otp_verified")),
            event=pl.when(pl.col("is_reverse")).then(event),
        ),
    )


def _key(native_code: str, native_reason: str) -> str:
    return f"{native_code}|{native_reason}".lower()


def _requirements(awb: str, event: str, time: str) -> list[Requirement]:
    path = pl.col("path")
    return [
        Requirement("awb", awb, "the waybill number"),
        Requirement("native_code", pl.format("{}{}", path, pl.lit(event)), "an event such as ofd"),
        Requirement("scanned_at", pl.format("{}{}", path, pl.lit(time)), TIME_FORMAT, found=pl.col("time")),
    ]
