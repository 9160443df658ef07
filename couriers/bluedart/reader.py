"""Blue Dart's status push as canonical scans.

Source: public code. A body is a batch of parcels, each with its scans. native_code is `<group>-<code>`, because one
code is a bag scan in group S and a lost parcel in group T; the groups RS and RT are S and T of the return leg. Date
(day first) and time (HHMM) stand in two fields and are IST; a scan that names another zone is rejected.
"""

from __future__ import annotations

import polars as pl

from couriers.bluedart.payloads import PUSH
from couriers.clocks import day_and_hour, is_blank
from couriers.contract import ReadResult
from couriers.native_json import code, decode, each, text
from couriers.scan_rows import Requirement, extra, gather, settle

SLUG = "bluedart"
RETURN_GROUPS = ["RS", "RT"]


def read_push(bodies: pl.Series) -> ReadResult:
    """All scans of all parcels of a body."""
    documents, rejected = decode(bodies, PUSH)
    parcels = (
        each(documents, "statustracking", "number")
        .select("body_index", "number", parcel=pl.col("statustracking").struct.field("Shipment"))
        .unnest("parcel")
        .with_columns(
            path=pl.format("statustracking[{}].Shipment.", pl.col("number")),
            scans=pl.col("Scans").struct.field("ScanDetail"),
        )
    )
    bare = parcels.filter(pl.col("scans").list.len().fill_null(0) == 0)
    no_scans = settle(
        bare.with_columns(scan=pl.lit(None, dtype=pl.String)),
        [Requirement("scan", pl.format("{}Scans.ScanDetail", pl.col("path")), "a list of scans")],
    )
    scans = each(parcels.drop("Scans"), "scans", "position").unnest("scans")
    found = settle(_canonical(scans), _requirements())
    lacks = "expected a list of shipments, found none"
    return gather(documents, rejected, [found, no_scans], "statustracking", lacks)


def _canonical(found: pl.DataFrame) -> pl.DataFrame:
    group = code(pl.col("ScanGroupType")).str.to_uppercase()
    is_return = group.is_in(RETURN_GROUPS)
    number = code(pl.col("ScanCode"))
    # A JSON number has lost its leading zeros.
    number = pl.when(number.str.contains(r"^\d+$")).then(number.str.zfill(3)).otherwise(number)
    zone = text(pl.col("StatusTimeZone")).str.to_uppercase()
    at = day_and_hour(pl.col("ScanDate"), pl.col("ScanTime"))
    return found.with_columns(
        courier=pl.lit(SLUG),
        awb=code(pl.col("WaybillNo")),
        scanned_at=pl.when(zone.is_null() | (zone == "IST")).then(at),
        is_date_only=is_blank(pl.col("ScanTime")),
        read_group=group,
        native_code=pl.concat_str(
            pl.when(is_return).then(group.str.slice(1)).otherwise(group), pl.lit("-"), number
        ),
        native_text=text(pl.col("Scan")),
        location=pl.coalesce(text(pl.col("ScannedLocation")), text(pl.col("ScannedLocationCity"))),
        remark=text(pl.col("Comments")),
        leg=pl.when(is_return).then(pl.lit("return")),
        extra=extra(
            reference_no=text(pl.col("RefNo")),
            scan_type=text(pl.col("ScanType")),
            sorry_card=text(pl.col("SorryCardNumber")),
        ),
        time=pl.concat_str("ScanDate", "ScanTime", "StatusTimeZone", separator=" ", ignore_nulls=True),
    )


def _requirements() -> list[Requirement]:
    path = pl.col("path")
    scan = pl.format("{}Scans.ScanDetail[{}].", path, pl.col("position"))
    return [
        Requirement("awb", pl.format("{}WaybillNo", path), "the waybill number"),
        Requirement("read_group", pl.format("{}ScanGroupType", scan), "a group (S, T, RS, RT)"),
        Requirement("native_code", pl.format("{}ScanCode", scan), "a code such as 011"),
        Requirement(
            "scanned_at",
            pl.format("{}ScanDate", scan),
            "a date as DD-MM-YYYY and a ScanTime as HHMM, in IST",
            found=pl.col("time"),
        ),
    ]
