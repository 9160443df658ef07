"""The fields we read of iThink's tracking answer, typed.

A field that is not here stays unread, personal data (customer_details) among them.
"""

from __future__ import annotations

import polars as pl

from couriers.native_json import JsonSchema

#: What stands around the parcels; `data` is keyed by AWB.
TRACKING: JsonSchema = {"status": pl.String, "message": pl.String, "html_message": pl.String}
#: One parcel of an answer.
PARCEL: JsonSchema = {
    "message": pl.String,
    "awb_no": pl.String,
    "logistic": pl.String,
    "order_type": pl.String,
    "return_tracking_no": pl.String,
    "scan_details": pl.List(
        pl.Struct(
            {
                "status": pl.String,
                "status_code": pl.String,
                "status_location": pl.String,
                "status_date_time": pl.String,
                "status_remark": pl.String,
                "status_reason": pl.String,
            }
        )
    ),
}
