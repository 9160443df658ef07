"""What every courier folder speaks: the canonical scan rows, their words, and a courier's description.

Owns: the columns of a canonical scan, the statuses in rank order, the reason buckets, the shape of a
reader's result, and `Courier`. Refuses: any courier's own codes (they live in `couriers/<slug>/codes.csv`)
and I/O of any kind.

Everything here is UTC; a reader turns each field's own clock into UTC (see `couriers.clocks`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from couriers.actions import Actions
from couriers.tracking import Tracking

INSTANT = pl.Datetime("us", "UTC")

#: Columns of a canonical scan, in order. `scanned_at` is when it happened, `received_at` when we learnt it
#: (null from a reader: a payload does not say when it reached us). A bare date stands at the last microsecond
#: of its IST date with `is_date_only`. `extra` is a JSON object or null.
SCAN_SCHEMA: dict[str, pl.DataType] = {
    "courier": pl.String(),
    "awb": pl.String(),
    "scanned_at": INSTANT,
    "is_date_only": pl.Boolean(),
    "native_code": pl.String(),
    "native_text": pl.String(),
    "reason_code": pl.String(),
    "reason_text": pl.String(),
    "attempt_number": pl.Int32(),
    "location": pl.String(),
    "pincode": pl.String(),
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
    "remark": pl.String(),
    "agent_id": pl.String(),
    "photo_url": pl.String(),
    "leg": pl.String(),
    "via": pl.String(),
    "received_at": INSTANT,
    "extra": pl.String(),
}

#: What a reader adds to every row: the position of the body it came from.
ROW_SCHEMA: dict[str, pl.DataType] = {**SCAN_SCHEMA, "body_index": pl.UInt32()}

REJECTED_SCHEMA: dict[str, pl.DataType] = {
    "body_index": pl.UInt32(),
    "field": pl.String(),
    "message": pl.String(),
}

#: Canonical statuses in rank order: facts of one instant are ordered by it.
STATUSES: tuple[str, ...] = (
    "order_created",
    "pickup_pending",
    "out_for_pickup",
    "pickup_failed",
    "picked_up",
    "in_transit",
    "at_destination",
    "out_for_delivery",
    "failed_delivery",
    "delivered",
    "partially_delivered",
    "held",
    "delayed",
    "reattempt_scheduled",
    "rto_requested",
    "rto_initiated",
    "rto_in_transit",
    "rto_out_for_delivery",
    "rto_failed",
    "rto_delivered",
    "rto_cancelled",
    "lost",
    "damaged",
    "disposed",
    "cancellation_requested",
    "cancelled",
    "informational",
    "reverse",
    "unmapped",
)

#: Why a delivery failed. `not_attempted` is the courier's own admission that there was no visit;
#: `unmapped` is a code that nobody mapped, never a guess.
REASON_BUCKETS: tuple[str, ...] = (
    "customer_unavailable",
    "address_issue",
    "customer_refused",
    "phone_unreachable",
    "invalid_number",
    "future_delivery_requested",
    "premises_closed",
    "payment_not_ready",
    "external_factor",
    "out_of_delivery_area",
    "self_collect",
    "not_attempted",
    "other",
    "unmapped",
)

LEGS: tuple[str, ...] = ("forward", "return")

#: How well a row of codes.csv is known: the courier's documents, public code that talks to it, our reading.
EVIDENCE: tuple[str, ...] = ("documented", "public_code", "inferred")


@dataclass(frozen=True)
class ReadResult:
    """What a reader made of a batch of bodies.

    `rows` has the columns of ROW_SCHEMA, `rejected` those of REJECTED_SCHEMA. Every body is in at least one
    of the two: a body with no scan in it (the answer to an unknown AWB) is rejected, never dropped, and one
    of which a scan is unreadable gives its other scans and a rejection for that one.
    """

    rows: pl.DataFrame
    rejected: pl.DataFrame


#: A reader takes a Series of bodies (String, one JSON document each) and is pure.
Reader = Callable[[pl.Series], ReadResult]


#: How a push proves who sent it. token: a secret that was agreed on, alone in a header or as `?token=` of the URL;
#: body_hmac: HMAC-SHA256 of the body in a header; standard: Standard Webhooks (id, time and signature).
SCHEMES: tuple[str, ...] = ("token", "body_hmac", "standard")


@dataclass(frozen=True)
class Webhook:
    """How a courier pushes. `scheme` is one of SCHEMES, `header` the default name of its header, `evidence` one of
    EVIDENCE for the two; `has_documents`: it pushes proofs of delivery too, which need an address of their own."""

    scheme: str
    header: str
    evidence: str
    has_documents: bool = False


@dataclass(frozen=True)
class Courier:
    """One courier or aggregator, as its folder describes it.

    `carrier_names`: how aggregators spell this carrier's name (compared without case, blanks and signs, by
    prefix, so that "Delhivery" covers "Delhivery Surface"). `aggregator_ids`: aggregator's slug -> the ids it
    uses for this carrier. A courier without readers is known by name and codes only (canonical files), one without
    `webhook` has no address to push to, one without `tracking` cannot be asked, one without `actions` cannot be told.
    """

    slug: str
    name: str
    folder: Path
    push_reader: Reader | None = None
    track_reader: Reader | None = None
    carrier_names: tuple[str, ...] = ()
    aggregator_ids: dict[str, tuple[str, ...]] = field(default_factory=dict)
    webhook: Webhook | None = None
    tracking: Tracking | None = None
    actions: Actions | None = None
    #: Codes of a mapping, as rows of codes.csv; they win over the folder's.
    own_codes: pl.DataFrame | None = field(default=None, compare=False)
    #: Whether scans_<slug>_*.ndjson hold bodies of its push; false where it speaks the words of the feeds itself.
    has_native_files: bool = True

    @property
    def codes_path(self) -> Path:
        """The courier's codes.csv: native codes with their status and reason."""
        return self.folder / "codes.csv"

    @property
    def samples_dir(self) -> Path:
        """Folder of sample payloads, each with its expected rows beside it; may be missing."""
        return self.folder / "samples"
