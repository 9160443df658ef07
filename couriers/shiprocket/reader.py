"""Shiprocket's webhook and tracking answers as canonical scans of the carrier behind it.

Sources: Shiprocket's public API collection, a public Go SDK, support pages. Two status spaces stand in one
body, so codes carry their space: `shipment_status:18` (sr-status of a scan, shipment_status_id of the head),
`order_status:20` (current_status_id) only where the first is missing, `courier:DRC` for a scan Shiprocket
itself did not map (sr-status "NA"), `text:...` where a head has no id at all. The webhook sends the whole
history each time; the head is a scan too unless the history holds it (same status, same minute). Times are
IST; the head's is written day first, the history's year first.
"""

from __future__ import annotations

import polars as pl

from couriers.carriers import slug_of_name
from couriers.clocks import is_date_only, iso, written
from couriers.contract import ReadResult
from couriers.native_json import code, decode, decode_entries, each, text
from couriers.scan_rows import Requirement, extra, gather, refuse, settle
from couriers.shiprocket.payloads import PUSH, TRACKING

SLUG = "shiprocket"
HEAD_TIME_FORMAT = "a time as DD MM YYYY HH:MM:SS"
HEAD_CLOCK = "%d %m %Y %H:%M:%S"
SCAN_TIME_FORMAT = "a time as YYYY-MM-DD HH:MM:SS"
#: The code of every scan of a return order (`is_return` 1): it is no forward parcel.
REVERSE_CODE = "is_return:1"
#: Statuses of a failed visit, whose activity text says the reason, and of a delivery, which has a POD.
_FAILED = ["shipment_status:21", "shipment_status:77", "order_status:36", "order_status:89"]
_DELIVERED = ["shipment_status:7", "shipment_status:23", "shipment_status:26", "order_status:7"]


def read_push(bodies: pl.Series) -> ReadResult:
    """The history and the head of each body."""
    documents, rejected = decode(bodies, PUSH)
    scans = _history(documents, "scans", pl.lit("scans"))
    heads = _heads(documents)
    repeated = ["body_index", "native_code", "minute"]
    minute = pl.col("scanned_at").dt.truncate("1m").alias("minute")
    heads = heads.with_columns(minute).join(
        scans.with_columns(minute).select(repeated), on=repeated, how="anti", maintain_order="left"
    )
    found = [
        settle(scans, _requirements("awb", "date", SCAN_TIME_FORMAT, "sr-status")),
        settle(heads, _requirements("awb", "current_timestamp", HEAD_TIME_FORMAT, "shipment_status_id")),
    ]
    return gather(documents, rejected, found, "scans", "expected a scan, found none")


def read_tracking(bodies: pl.Series) -> ReadResult:
    """All activities of an answer, also of one keyed by AWB; an unknown AWB (track_status 0) is rejected."""
    documents, rejected = decode(bodies, TRACKING)
    single = documents.filter(pl.col("tracking_data").is_not_null())
    others = documents.filter(pl.col("tracking_data").is_null())
    keyed = bodies.cast(pl.String).gather(others["body_index"]).str.json_path_match("$")
    answers, _ = decode_entries(keyed, others["body_index"], "", TRACKING)
    told = pl.concat(
        [
            single.select("body_index", "tracking_data", path=pl.lit("tracking_data")),
            answers.select("body_index", "tracking_data", path=pl.format("{}.tracking_data", pl.col("path"))),
        ]
    ).filter(pl.col("tracking_data").is_not_null())
    told = told.unnest("tracking_data").with_columns(track=pl.col("shipment_track").list.first())
    has_scans = pl.col("shipment_track_activities").list.len().fill_null(0) > 0
    bare = told.filter(~has_scans).with_columns(
        scan=pl.lit(None, dtype=pl.String),
        said=pl.coalesce(text(pl.col("error")), pl.lit("no message given")),
    )
    field = pl.format("{}.shipment_track_activities", pl.col("path"))
    no_scans = settle(bare, [Requirement("scan", field, "scans of a known AWB", found=pl.col("said"))])
    track = pl.col("track").struct
    scans = _history(
        told.filter(has_scans).with_columns(
            awb=track.field("awb_code"),
            order_id=track.field("order_id"),
            courier_name=track.field("courier_name"),
            pod=track.field("pod"),
            pod_status=track.field("pod_status"),
        ),
        "shipment_track_activities",
        field,
    )
    said = pl.concat_str(pl.lit(": "), text(pl.col("message"))).fill_null("")
    unknown = refuse(
        others.join(told, on="body_index", how="anti"),
        "tracking_data",
        pl.format("expected the tracking of an AWB, found none{}", said),
    )
    found = settle(scans, _requirements("shipment_track[0].awb_code", "date", SCAN_TIME_FORMAT, "sr-status"))
    return gather(
        documents, rejected, [found, no_scans, unknown], "tracking_data", "expected a scan, found none"
    )


def _history(bodies: pl.DataFrame, column: str, field: pl.Expr) -> pl.DataFrame:
    """Candidates of the history: one per element of `column`, `field` its place in the payload."""
    scan = pl.col(column).struct
    own, mapped = code(scan.field("status")), code(scan.field("sr-status"))
    mapped = pl.when(mapped.str.to_uppercase() != "NA").then(mapped)
    return _canonical(
        each(bodies, column, "position").with_columns(
            path=pl.format("{}[{}].", field, pl.col("position")),
            time=scan.field("date"),
            scanned_at=iso(scan.field("date")),
            given=pl.coalesce(
                pl.concat_str(pl.lit("shipment_status:"), mapped), pl.concat_str(pl.lit("courier:"), own)
            ),
            label=pl.when(scan.field("sr-status-label").str.to_uppercase() != "NA").then(
                scan.field("sr-status-label")
            ),
            own=own,
            activity=scan.field("activity"),
            location=text(scan.field("location")),
        )
    )


def _heads(bodies: pl.DataFrame) -> pl.DataFrame:
    """Candidates of the heads: what each body says of now."""
    word = code(pl.coalesce(text(pl.col("shipment_status")), pl.col("current_status")))
    return _canonical(
        bodies.with_columns(
            path=pl.lit(""),
            time=pl.col("current_timestamp"),
            scanned_at=pl.coalesce(
                written(pl.col("current_timestamp"), HEAD_CLOCK), iso(pl.col("current_timestamp"))
            ),
            given=pl.coalesce(
                pl.concat_str(pl.lit("shipment_status:"), code(pl.col("shipment_status_id"))),
                pl.concat_str(pl.lit("order_status:"), code(pl.col("current_status_id"))),
                pl.concat_str(pl.lit("text:"), word.str.to_uppercase()),
            ),
            label=word,
            own=pl.lit(None, dtype=pl.String),
            activity=pl.lit(None, dtype=pl.String),
            location=pl.lit(None, dtype=pl.String),
        )
    )


def _canonical(found: pl.DataFrame) -> pl.DataFrame:
    is_reverse = code(pl.col("is_return")).is_in(["1", "true"]).fill_null(False)
    label, activity, given = text(pl.col("label")), text(pl.col("activity")), pl.col("given")
    is_failed = given.is_in(_FAILED) & ~is_reverse
    proof = pl.coalesce(_link(pl.col("pod_status")), _link(pl.col("pod")))
    return found.with_columns(
        courier=pl.coalesce(slug_of_name(text(pl.col("courier_name"))), pl.lit(SLUG)),
        via=pl.lit(SLUG),
        awb=code(pl.col("awb")),
        is_date_only=is_date_only(pl.col("time")),
        native_code=pl.when(is_reverse & given.is_not_null()).then(pl.lit(REVERSE_CODE)).otherwise(given),
        native_text=label,
        attempt_number=label.str.extract(r"(?i)(\d)\s*(?:st|nd|rd|th) attempt").cast(pl.Int32, strict=False),
        # Of a failed visit the courier's own code is its reason (Delhivery's EOD-11) unless it is a bare
        # status word (XpressBees' UD); the activity is "<status> - <what happened>".
        reason_code=pl.when(is_failed & pl.col("own").str.contains(r"\d")).then(pl.col("own")),
        reason_text=pl.when(is_failed).then(activity.str.replace(r"^[A-Za-z ]{1,30} - ", "")),
        remark=activity,
        photo_url=pl.when(given.is_in(_DELIVERED) & ~is_reverse).then(proof),
        extra=extra(
            courier_status=pl.col("own"),
            order_id=text(pl.col("order_id")),
            status_code=pl.when(is_reverse).then(given),
        ),
    )


def _link(value: pl.Expr) -> pl.Expr:
    clean = text(value)
    return pl.when(clean.str.contains(r"^https?://\S+$")).then(clean)


def _requirements(awb: str, time: str, expected: str, status: str) -> list[Requirement]:
    path = pl.col("path")
    return [
        Requirement("awb", awb, "the AWB"),
        Requirement("native_code", pl.format("{}{}", path, pl.lit(status)), "a status id"),
        Requirement("scanned_at", pl.format("{}{}", path, pl.lit(time)), expected, found=pl.col("time")),
    ]
