"""The fields we read of Blue Dart's status push, typed.

A field that is not here stays unread: who received the parcel and with which proof of identity, the rider
(FieldExecutiveDetails) and the delivery OTP (SecureCode) among them.
"""

from __future__ import annotations

import polars as pl

from couriers.native_json import JsonSchema

SCAN = {
    "Scan": pl.String,
    "ScanCode": pl.String,
    "ScanGroupType": pl.String,
    "ScanDate": pl.String,
    "ScanTime": pl.String,
    "ScanType": pl.String,
    "ScannedLocation": pl.String,
    "ScannedLocationCity": pl.String,
    "StatusTimeZone": pl.String,
    "SorryCardNumber": pl.String,
    "Comments": pl.String,
}
SHIPMENT = pl.Struct(
    {
        "WaybillNo": pl.String,
        "RefNo": pl.String,
        "Scans": pl.Struct({"ScanDetail": pl.List(pl.Struct(SCAN))}),
    }
)
PUSH: JsonSchema = {"statustracking": pl.List(pl.Struct({"Shipment": SHIPMENT}))}
