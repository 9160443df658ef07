"""The fields we read of Shiprocket's webhook and tracking answer, typed.

A field that is not here stays unread, personal data (riders, recipients) among them.
"""

from __future__ import annotations

import polars as pl

from couriers.native_json import JsonSchema

SCANS = pl.List(
    pl.Struct(
        {
            "date": pl.String,
            "status": pl.String,
            "activity": pl.String,
            "location": pl.String,
            "sr-status": pl.String,
            "sr-status-label": pl.String,
        }
    )
)
PUSH: JsonSchema = {
    "awb": pl.String,
    "courier_name": pl.String,
    "current_status": pl.String,
    "current_status_id": pl.String,
    "shipment_status": pl.String,
    "shipment_status_id": pl.String,
    "current_timestamp": pl.String,
    "order_id": pl.String,
    "is_return": pl.String,
    "pod": pl.String,
    "pod_status": pl.String,
    "scans": SCANS,
}
TRACK = pl.Struct(
    {
        "awb_code": pl.String,
        "order_id": pl.String,
        "courier_name": pl.String,
        "pod": pl.String,
        "pod_status": pl.String,
    }
)
TRACKED: JsonSchema = {
    "track_status": pl.String,
    "error": pl.String,
    "is_return": pl.String,
    "shipment_track": pl.List(TRACK),
    "shipment_track_activities": SCANS,
}
TRACKING: JsonSchema = {"tracking_data": pl.Struct(TRACKED), "message": pl.String}
