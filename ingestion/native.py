"""A courier's bodies as a batch: its reader's scans, and what it rejects as torn rows."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from couriers.contract import Reader
from ingestion.batches import BODY, EXTRA, ROW, SOURCE, Batch, Torn


def native_batch(reader: Reader, given: pl.DataFrame) -> Batch:
    """The batch of bodies. `given`: their `ROW`, the body as text in `SOURCE`, and perhaps `received_at`, the instant
    at which each came, which a body itself never says."""
    numbered = given.with_row_index("body_index")
    result = reader(given[SOURCE])
    rejected = result.rejected.join(numbered, on="body_index", how="left")
    torn = [
        Torn(row, "expect_bodies_to_be_readable", message, source, field or "")
        for row, message, source, field in rejected.select(ROW, "message", SOURCE, "field").iter_rows()
    ]
    rows = result.rows.drop("received_at") if "received_at" in given.columns else result.rows
    scans = rows.join(numbered, on="body_index", how="left", maintain_order="left")
    named = scans.drop("body_index").rename({"extra": EXTRA, ROW: BODY})
    # A scan that fails at the door takes none of its body's others with it.
    table = named.select(pl.int_range(1, pl.len() + 1).alias(ROW), pl.all()).to_arrow()
    return Batch(table.cast(_plain(table.schema)), torn, is_native=True)


def _plain(schema: pa.Schema) -> pa.Schema:
    """The schema with Arrow's ordinary strings."""
    odd = (pa.large_string(), pa.string_view())
    return pa.schema([field.with_type(pa.string()) if field.type in odd else field for field in schema])
