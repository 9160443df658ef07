"""The fields of a canonical scan as it is pushed: the columns of the feed `scans`, typed as text.

A field that is not here stays unread.
"""

from __future__ import annotations

import polars as pl

from couriers.native_json import JsonSchema

SCAN: JsonSchema = dict.fromkeys(
    (
        "courier", "awb", "scanned_at", "native_code", "native_text", "reason_code", "reason_text", "attempt_number",
        "location", "pincode", "latitude", "longitude", "remark", "agent_id", "photo_url", "leg", "via",
    ),
    pl.String,
)  # fmt: skip
#: A body is one scan, or a list of them.
PUSH: JsonSchema = {**SCAN, "scans": pl.List(pl.Struct(SCAN))}
