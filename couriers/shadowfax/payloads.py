"""The fields we read of Shadowfax's event push and tracking answer, typed.

A field that is not here stays unread, personal data (riders, recipients) among them.
"""

from __future__ import annotations

import polars as pl

from couriers.native_json import JsonSchema

PUSH: JsonSchema = {
    "awb_number": pl.String,
    "order_id": pl.String,
    "event_timestamp": pl.String,
    "current_location": pl.String,
    "comments": pl.String,
    "event": pl.String,
    "status": pl.String,
    "otp_verified": pl.String,
    "rider_id": pl.String,
    "type": pl.String,
    "shipmenttype": pl.String,
    "attempt_number": pl.String,
}
TRACKED = pl.Struct(
    {
        "created": pl.String,
        "location": pl.String,
        "status_id": pl.String,
        "status": pl.String,
        "remarks": pl.String,
    }
)
ORDER = {"awb_number": pl.String, "client_order_id": pl.String}
#: About one parcel, or, with `data`, about each of many; there the AWB stands beside its scans.
TRACKING: JsonSchema = {
    "message": pl.String,
    "order_details": pl.Struct(ORDER),
    "tracking_details": pl.List(TRACKED),
    "data": pl.List(
        pl.Struct({**ORDER, "order_details": pl.Struct(ORDER), "tracking_details": pl.List(TRACKED)})
    ),
}
