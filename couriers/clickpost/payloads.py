"""The fields we read of ClickPost's webhook and track-order answer, typed.

A field that is not here stays unread, personal data (riders, recipients) among them.
"""

from __future__ import annotations

import polars as pl

from couriers.native_json import JsonSchema

SCAN: JsonSchema = {
    "clickpost_status_code": pl.String,
    "clickpost_status_bucket": pl.String,
    "clickpost_status_description": pl.String,
    "timestamp": pl.String,
    "location": pl.String,
    "status": pl.String,
    "remark": pl.String,
    "checkpoint_id": pl.String,
}
ADDITIONAL = pl.Struct(
    {
        "ndr_status_code": pl.String,
        "ndr_status_description": pl.String,
        "account_code": pl.String,
        "is_rvp": pl.String,
        "order_id": pl.String,
    }
)
PUSH: JsonSchema = {
    **SCAN,
    "waybill": pl.String,
    "cp_id": pl.String,
    "account_code": pl.String,
    "additional": ADDITIONAL,
}
#: `result` is keyed by waybill and read by `decode_entries`, each answer as ANSWER.
TRACKING: JsonSchema = {"meta": pl.Struct({"success": pl.String, "message": pl.String})}
ANSWER: JsonSchema = {
    "valid": pl.String,
    "scans": pl.List(pl.Struct(SCAN)),
    "latest_status": pl.Struct(SCAN),
    "additional": ADDITIONAL,
}
