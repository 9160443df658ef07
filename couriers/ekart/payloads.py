"""The fields we read of Ekart's event push and of Elite's tracking answer, typed.

A field that is not here stays unread, personal data and the delivery OTP among them.
"""

from __future__ import annotations

import polars as pl

from couriers.native_json import JsonSchema

PUSH: JsonSchema = {
    "vendor_tracking_id": pl.String,
    "event": pl.String,
    "status": pl.String,
    "reason": pl.String,
    "sub_reasons": pl.List(pl.String),
    "remarks": pl.String,
    "event_date": pl.String,
    "location": pl.String,
    "shipment_type": pl.String,
    "merchant_reference_id": pl.String,
}
STATE = {
    "status": pl.String,
    "desc": pl.String,
    "location": pl.String,
    "ndrStatus": pl.String,
    "ctime": pl.String,
}
TRACKING: JsonSchema = {
    "_id": pl.String,
    "wbn": pl.String,
    "order_number": pl.String,
    "message": pl.String,
    "track": pl.Struct({**STATE, "details": pl.List(pl.Struct(STATE))}),
}
