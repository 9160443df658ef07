"""ClickPost's webhook and track-order answers as canonical scans of the carrier behind it.

Source: ClickPost's API documents; public code for `account_code` and `is_rvp`. native_code is
`status:<clickpost_status_code>`, or `bucket:<clickpost_status_bucket>` where only the bucket is given.
`additional.latest_status` is the head when the webhook was sent, not the event: the outer body is. Times are
IST by the documents, also where a `Z` is printed. The carrier is known by cp_id, else by the account's name.
"""

from __future__ import annotations

import polars as pl

from couriers.carriers import slug_of_id, slug_of_name
from couriers.clickpost.payloads import ANSWER, PUSH, TRACKING
from couriers.clocks import IST_OFFSET, is_date_only, iso
from couriers.contract import ReadResult
from couriers.native_json import code, decode, decode_entries, each, text
from couriers.scan_rows import Requirement, extra, gather, one_each, refuse, settle

SLUG = "clickpost"
TIME_FORMAT = "a time as YYYY-MM-DDTHH:MM:SS[.f] or YYYY-MM-DD HH:MM:SS"
FAILED_CODE = "9"
#: The code of every scan of a customer's return pickup (`is_rvp`): it must not touch a forward case.
REVERSE_CODE = "is_rvp:true"


def read_push(bodies: pl.Series) -> ReadResult:
    """One event a body."""
    return one_each(bodies, PUSH, _pushed, _requirements())


def read_tracking(bodies: pl.Series) -> ReadResult:
    """All scans of all waybills of an answer keyed by waybill; `valid: false` (unknown) is a rejection."""
    documents, rejected = decode(bodies, TRACKING)
    results = bodies.cast(pl.String).gather(documents["body_index"]).str.json_path_match("$.result")
    objects = results.str.extract(r"(?s)^(\{.*)$")
    answers, odd = decode_entries(objects, documents["body_index"], "result.", ANSWER)
    said = pl.coalesce(text(pl.col("meta").struct.field("message")), pl.lit("no message given"))
    parts = [
        refuse(
            documents.join(answers, on="body_index", how="anti").join(odd, on="body_index", how="anti"),
            "result",
            pl.format("the answer holds no waybill: {}", said),
        )
    ]
    is_valid = (pl.col("valid").str.to_lowercase() != "false").fill_null(True)
    has_scans = pl.col("scans").list.len().fill_null(0) > 0
    has_head = pl.col("latest_status").is_not_null()
    bare = answers.filter(~is_valid | ~(has_scans | has_head)).with_columns(
        scan=pl.lit(None, dtype=pl.String),
        valid=pl.format("valid is {}", pl.col("valid").fill_null("missing")),
    )
    parts.append(
        settle(bare, [Requirement("scan", pl.col("path"), "scans of a known waybill", found=pl.col("valid"))])
    )
    # latest_status repeats the newest scan; it counts only where the scans themselves are missing.
    heads = answers.filter(is_valid & ~has_scans & has_head).with_columns(
        scan=pl.col("latest_status"), path=pl.format("{}.latest_status.", pl.col("path"))
    )
    scans = each(answers.filter(is_valid), "scans", "position").with_columns(
        scan=pl.col("scans"), path=pl.format("{}.scans[{}].", pl.col("path"), pl.col("position"))
    )
    for found in (heads, scans):
        candidates = found.select(
            "body_index",
            "path",
            "additional",
            "scan",
            awb=pl.col("key"),
            awb_path=pl.lit("result"),
            cp_id=pl.lit(None, dtype=pl.String),
            account_code=pl.lit(None, dtype=pl.String),
        ).unnest("scan")
        parts.append(settle(_canonical(candidates, is_push=False), _requirements()))
    return gather(
        documents, pl.concat([rejected, odd]), parts, "result", "expected a waybill's scans, found none"
    )


def _pushed(found: pl.DataFrame) -> pl.DataFrame:
    named = found.with_columns(path=pl.lit(""), awb=pl.col("waybill"), awb_path=pl.lit("waybill"))
    return _canonical(named, is_push=True)


def _canonical(found: pl.DataFrame, is_push: bool) -> pl.DataFrame:
    additional = pl.col("additional").struct
    status, bucket = code(pl.col("clickpost_status_code")), code(pl.col("clickpost_status_bucket"))
    is_reverse = (additional.field("is_rvp").str.to_lowercase() == "true").fill_null(False)
    given = pl.coalesce(
        pl.concat_str(pl.lit("status:"), status),
        pl.concat_str(pl.lit("bucket:"), bucket),
    )
    # additional of a tracking answer speaks of the newest scan only, so its reason belongs to no older one.
    is_failed = (status == FAILED_CODE) & ~is_reverse if is_push else pl.lit(False)
    account = pl.coalesce(text(pl.col("account_code")), text(additional.field("account_code")))
    carrier = pl.coalesce(slug_of_id(SLUG, code(pl.col("cp_id"))), slug_of_name(account), pl.lit(SLUG))
    return found.with_columns(
        courier=carrier,
        via=pl.lit(SLUG),
        awb=code(pl.col("awb")),
        scanned_at=iso(pl.col("timestamp"), z_offset=IST_OFFSET),
        is_date_only=is_date_only(pl.col("timestamp")),
        native_code=pl.when(is_reverse & given.is_not_null()).then(pl.lit(REVERSE_CODE)).otherwise(given),
        native_text=text(pl.col("clickpost_status_description")),
        reason_code=pl.when(is_failed).then(code(additional.field("ndr_status_code"))),
        reason_text=pl.when(is_failed).then(text(additional.field("ndr_status_description"))),
        location=text(pl.col("location")),
        remark=text(pl.col("remark")),
        extra=extra(
            courier_status=text(pl.col("status")),
            checkpoint_id=text(pl.col("checkpoint_id")),
            cp_id=code(pl.col("cp_id")),
            order_id=text(additional.field("order_id")),
            status_code=pl.when(is_reverse).then(status),
        ),
    )


def _requirements() -> list[Requirement]:
    path = pl.col("path")
    return [
        Requirement("awb", pl.col("awb_path"), "the waybill number"),
        Requirement("native_code", pl.format("{}clickpost_status_code", path), "a status code such as 6"),
        Requirement("scanned_at", pl.format("{}timestamp", path), TIME_FORMAT, found=pl.col("timestamp")),
    ]
