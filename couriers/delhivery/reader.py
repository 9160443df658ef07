"""Delhivery's scan push and tracking answers as canonical scans.

Sources: Delhivery's developer portal (webhook, tracking), public code for the envelope of the tracking
answer. native_code is `StatusType|Status` (`UD|Pending`), because the status alone means opposite legs under
UD and RT; reason_code is the NSL without its stray blanks ("EOD- 146" -> "EOD-146"). Times have no zone and
are IST.
"""

from __future__ import annotations

import polars as pl

from couriers.clocks import is_date_only, iso
from couriers.contract import ReadResult
from couriers.delhivery.payloads import PUSH, TRACKING
from couriers.native_json import code, decode, each, text
from couriers.scan_rows import Requirement, extra, gather, one_each, refuse, settle

SLUG = "delhivery"
TIME_FORMAT = "a time as YYYY-MM-DDTHH:MM:SS[.f]"

#: NSL families that give a reason: dispatch closure, return, self collection, and the courier's own stops.
_REASON_FAMILIES = r"^(EOD|RT|SC|ST|RD|COVID19)-"


def read_push(bodies: pl.Series) -> ReadResult:
    """One scan a body, as the default scan push sends it."""
    return one_each(bodies, PUSH, _pushed, _requirements("Status", "StatusType", "StatusDateTime"))


def read_tracking(bodies: pl.Series) -> ReadResult:
    """All scans of all waybills of an answer; `Success: false` (unknown waybill) is a rejection."""
    documents, rejected = decode(bodies, TRACKING)
    is_refused = (pl.col("Success").str.to_lowercase() == "false").fill_null(False)
    reason = pl.coalesce(text(pl.col("Error")), text(pl.col("rmk")), pl.lit("no reason given"))
    refused = refuse(
        documents.filter(is_refused), "Success", pl.format("the answer holds no scan: {}", reason)
    )
    shipments = (
        each(documents.filter(~is_refused), "ShipmentData", "number")
        .select("body_index", "number", shipment=pl.col("ShipmentData").struct.field("Shipment"))
        .unnest("shipment")
    )
    path = pl.format("ShipmentData[{}].Shipment.", pl.col("number"))
    bare = shipments.filter(pl.col("Scans").list.len().fill_null(0) == 0)
    no_scans = settle(
        bare.with_columns(scan=pl.lit(None, dtype=pl.String)),
        [Requirement("scan", pl.format("{}Scans", path), "a list of scans")],
    )
    scans = each(shipments, "Scans", "position").with_columns(
        detail=pl.col("Scans").struct.field("ScanDetail")
    )
    detail = pl.col("detail").struct
    candidates = scans.select(
        "body_index",
        awb=pl.col("AWB"),
        # StatusDateTime is what the push sends too, so that a scan seen both ways is one.
        time=pl.coalesce(text(detail.field("StatusDateTime")), text(detail.field("ScanDateTime"))),
        status_type=detail.field("ScanType"),
        status=detail.field("Scan"),
        nsl=detail.field("StatusCode"),
        location=detail.field("ScannedLocation"),
        instructions=detail.field("Instructions"),
        reference=pl.col("ReferenceNo"),
        sort_code=pl.lit(None, dtype=pl.String),
        path=pl.format("{}Scans[{}].ScanDetail.", path, pl.col("position")),
        awb_path=pl.format("{}AWB", path),
    )
    found = settle(_canonical(candidates), _requirements("Scan", "ScanType", "StatusDateTime"))
    parts = [found, no_scans, refused]
    return gather(documents, rejected, parts, "ShipmentData", "expected a list of shipments, found none")


def _pushed(documents: pl.DataFrame) -> pl.DataFrame:
    shipment = pl.col("Shipment").struct
    status = shipment.field("Status").struct
    candidates = documents.select(
        "body_index",
        awb=shipment.field("AWB"),
        time=status.field("StatusDateTime"),
        status_type=status.field("StatusType"),
        status=status.field("Status"),
        nsl=shipment.field("NSLCode"),
        location=status.field("StatusLocation"),
        instructions=status.field("Instructions"),
        reference=shipment.field("ReferenceNo"),
        sort_code=shipment.field("Sortcode"),
        path=pl.lit("Shipment.Status."),
        awb_path=pl.lit("Shipment.AWB"),
    )
    return _canonical(candidates)


def _canonical(found: pl.DataFrame) -> pl.DataFrame:
    status_type, status = code(pl.col("status_type")), code(pl.col("status"))
    nsl = code(pl.col("nsl")).str.replace_all(" ", "", literal=True).str.to_uppercase()
    kind, word = status_type.str.to_uppercase(), status.str.to_uppercase()
    explains = (kind != "DL") & ((word == "PENDING") | nsl.str.contains(_REASON_FAMILIES).fill_null(False))
    return found.with_columns(
        courier=pl.lit(SLUG),
        awb=code(pl.col("awb")),
        scanned_at=iso(pl.col("time")),
        is_date_only=is_date_only(pl.col("time")),
        read_type=status_type,
        read_status=status,
        native_code=pl.concat_str(status_type, pl.lit("|"), status),
        native_text=status,
        reason_code=nsl,
        reason_text=pl.when(explains).then(text(pl.col("instructions"))),
        location=text(pl.col("location")),
        remark=text(pl.col("instructions")),
        leg=pl.when((kind == "UD") | ((kind == "DL") & (word == "DELIVERED")))
        .then(pl.lit("forward"))
        .when((kind == "RT") | ((kind == "DL") & (word == "RTO")))
        .then(pl.lit("return")),
        extra=extra(reference_no=text(pl.col("reference")), sort_code=text(pl.col("sort_code"))),
    )


def _requirements(status: str, status_type: str, time: str) -> list[Requirement]:
    path = pl.col("path")
    return [
        Requirement("awb", pl.col("awb_path"), "the waybill number"),
        Requirement(
            "read_type", pl.format("{}{}", path, pl.lit(status_type)), "a status type (UD, DL, RT, ...)"
        ),
        Requirement(
            "read_status", pl.format("{}{}", path, pl.lit(status)), "a status (Pending, Dispatched, ...)"
        ),
        Requirement("scanned_at", pl.format("{}{}", path, pl.lit(time)), TIME_FORMAT, found=pl.col("time")),
    ]
