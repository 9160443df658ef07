"""The fields we read of Delhivery's scan push and tracking answer, typed.

A field that is not here stays unread, personal data (riders, recipients) among them.
"""

from __future__ import annotations

import polars as pl

from couriers.native_json import JsonSchema

PUSH: JsonSchema = {
    "Shipment": pl.Struct(
        {
            "AWB": pl.String,
            "NSLCode": pl.String,
            "ReferenceNo": pl.String,
            "Sortcode": pl.String,
            "Status": pl.Struct(
                {
                    "Status": pl.String,
                    "StatusType": pl.String,
                    "StatusDateTime": pl.String,
                    "StatusLocation": pl.String,
                    "Instructions": pl.String,
                }
            ),
        }
    )
}
DETAIL = pl.Struct(
    {
        "Scan": pl.String,
        "ScanType": pl.String,
        "StatusDateTime": pl.String,
        "ScanDateTime": pl.String,
        "ScannedLocation": pl.String,
        "Instructions": pl.String,
        "StatusCode": pl.String,
    }
)
TRACKED = pl.Struct(
    {"AWB": pl.String, "ReferenceNo": pl.String, "Scans": pl.List(pl.Struct({"ScanDetail": DETAIL}))}
)
TRACKING: JsonSchema = {
    "Success": pl.String,
    "Error": pl.String,
    "rmk": pl.String,
    "ShipmentData": pl.List(pl.Struct({"Shipment": TRACKED})),
}
