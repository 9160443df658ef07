"""The fields we read of NimbusPost's status push, typed; there are no others."""

from __future__ import annotations

import polars as pl

from couriers.native_json import JsonSchema

PUSH: JsonSchema = {
    "awb_number": pl.String,
    "status": pl.String,
    "event_time": pl.String,
    "location": pl.String,
    "message": pl.String,
    "rto_awb": pl.String,
}
