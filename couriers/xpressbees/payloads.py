"""The fields we read of XpressBees' status push, typed.

A field that is not here stays unread, personal data (Receivedby) and the delivery OTP among them.
"""

from __future__ import annotations

import polars as pl

from couriers.native_json import JsonSchema

PUSH: JsonSchema = {
    "AWBNO": pl.String,
    "StatusCode": pl.String,
    "Remarks": pl.String,
    "StatusDate": pl.String,
    "StatusTime": pl.String,
    "CurrentLocation": pl.String,
    "Latitude": pl.String,
    "Longitude": pl.String,
}
