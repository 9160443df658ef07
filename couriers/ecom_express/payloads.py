"""The fields we read of Ecom Express's scan push, typed.

A field that is not here stays unread, personal data (Employee, who received it) among them.
"""

from __future__ import annotations

import polars as pl

from couriers.native_json import JsonSchema

PUSH: JsonSchema = {
    "awb": pl.String,
    "datetime": pl.String,
    "status": pl.String,
    "reason_code": pl.String,
    "reason_code_number": pl.String,
    "child_reason_code_number": pl.String,
    "location": pl.String,
    "city": pl.String,
    "status_update_number": pl.String,
    "order_number": pl.String,
    "ref_awb": pl.String,
}
