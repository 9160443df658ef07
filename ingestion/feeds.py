"""The six canonical feeds, and what only the ledger tells: their columns, types and words.

Owns: the one list of feed columns; the raw tables, the readers and the door's expectations are derived
from it. Refuses: reading files, and meaning (native codes stay as they came; dbt translates them).

Source of the columns and words: the contract of the canonical feeds (docs, "The canonical feeds").
"""

from __future__ import annotations

from dataclasses import replace

from ingestion.columns import Column, Feed


def _text(*names: str, required: bool = False, personal: bool = False) -> tuple[Column, ...]:
    return tuple(Column(name, is_required=required, is_personal=personal) for name in names)


def _instants(*names: str, required: bool = False) -> tuple[Column, ...]:
    return tuple(Column(name, "instant", is_required=required) for name in names)


_SHIPMENT = _text("courier", "awb", required=True)
_REQUEST = (Column("requested_on", "date"), Column("window_start", "time"), Column("window_end", "time"))
_NEW_CONTACT = (
    *_text("new_phone", "new_address", personal=True),
    Column("new_pincode", "pincode", is_lenient=True),
)
_RECEIVED = _instants("received_at")
_ACTIONS = ("reattempt", "rto", "mark_delivered", "hold", "update_details", "fake_attempt")
_ENTRIES = ("follow_up", "reattempt", "rto", "mark_delivered", "hold", "fake_attempt", "note")

FEEDS: dict[str, Feed] = {
    feed.name: feed
    for feed in (
        Feed(
            "shipments",
            "manifested_at",
            (
                *_SHIPMENT,
                *_text("order_id", required=True),
                *_instants("manifested_at", required=True),
                Column("payment_mode", "word", words=("COD", "PREPAID")),
                Column("order_value", "decimal", low=0, high=9_999_999_999.99),
                *_text("brand", "product_category"),
                Column("weight_grams", "integer", low=0, high=100_000_000),
                *_text(
                    "customer_id",
                    "customer_name",
                    "customer_phone",
                    "customer_email",
                    "address",
                    personal=True,
                ),
                *_text("city", "state"),
                Column("pincode", "pincode"),
                Column("origin_pincode", "pincode"),
                Column("promised_on", "date"),
                *_text("via", "parent_awb"),
            ),
        ),
        Feed(
            "scans",
            "scanned_at",
            (
                *_SHIPMENT,
                *_instants("scanned_at", required=True),
                *_text("native_code", required=True),
                *_text("native_text", personal=True),
                *_text("reason_code"),
                *_text("reason_text", personal=True),
                Column("attempt_number", "integer", low=0, high=999),
                *_text("location"),
                Column("pincode", "pincode", is_lenient=True),
                Column("latitude", "number", low=-90, high=90, is_lenient=True),
                Column("longitude", "number", low=-180, high=180, is_lenient=True),
                *_text("remark", "agent_id", personal=True),
                *_text("photo_url"),
                Column("leg", "word", words=("forward", "return")),
                *_text("via"),
                *_RECEIVED,
            ),
            keeps_precision=True,
            in_key=("courier", "awb", "via", "native_code", "reason_code"),
        ),
        Feed(
            "customer_feedback",
            "responded_at",
            (
                *_SHIPMENT,
                *_instants("responded_at", required=True),
                *_text("channel", required=True),
                Column(
                    "response",
                    "word",
                    is_required=True,
                    words=("reattempt", "refuse", "already_delivered", "update_details", "other"),
                ),
                *_REQUEST,
                *_NEW_CONTACT,
                *_text("landmark", "text", personal=True),
                *_RECEIVED,
            ),
            keeps_precision=True,
        ),
        Feed(
            "ops_feedback",
            "acted_at",
            (
                *_SHIPMENT,
                *_instants("acted_at", required=True),
                *_text("agent", required=True),
                Column("entry", "word", is_required=True, words=_ENTRIES),
                Column(
                    "call_outcome",
                    "word",
                    words=("picked", "ringing", "busy", "switched_off", "wrong_number"),
                ),
                *_text("call_id"),
                *_REQUEST,
                *_NEW_CONTACT,
                *_text("remark", personal=True),
                *_RECEIVED,
            ),
            keeps_precision=True,
        ),
        Feed(
            "courier_actions",
            "instructed_at",
            (
                *_text("action_id", required=True),
                *_SHIPMENT,
                Column("action", "word", is_required=True, words=_ACTIONS),
                Column(
                    "source", "word", is_required=True, words=("customer", "operations", "rule", "default")
                ),
                *_instants("instructed_at", required=True),
                *_REQUEST,
                *_instants("submitted_at", "responded_at"),
                Column("result", "word", words=("accepted", "rejected", "unknown")),
                *_text("result_reason", "courier_reference"),
                *_RECEIVED,
            ),
        ),
        Feed(
            "messages",
            "sent_at",
            (
                *_text("message_id", required=True),
                *_SHIPMENT,
                *_text("channel", "template", required=True),
                *_instants("sent_at", required=True),
                *_instants("accepted_at", "delivered_at", "read_at", "failed_at"),
                *_text("failure_reason"),
                *_RECEIVED,
            ),
        ),
    )
}

#: What comes from the ledger alone, through the same door: no file of that name is taken.
LEDGER_FEEDS: dict[str, Feed] = {
    feed.name: feed
    for feed in (
        Feed(
            "escalations",
            "escalated_at",
            (
                *_SHIPMENT,
                *_instants("escalated_at", required=True),
                *_text("agent", "instruction_id", required=True),
                Column("step", "word", is_required=True, words=("raised", "answered", "upheld", "rejected")),
                *_text("reference", "text", "call_id", personal=True),
                *_RECEIVED,
            ),
            keeps_precision=True,
        ),
    )
}

#: The feeds as the ledger tells them: an agent can take a decision back there (`undo`), which no file can say.
TOLD_FEEDS: dict[str, Feed] = {
    **FEEDS,
    **LEDGER_FEEDS,
    "ops_feedback": replace(
        FEEDS["ops_feedback"],
        columns=tuple(
            replace(column, words=(*column.words, "undo")) if column.name == "entry" else column
            for column in FEEDS["ops_feedback"].columns
        ),
    ),
}


def raw_columns(feed: Feed) -> dict[str, str]:
    """Column name to DuckDB type of the feed's raw table, in its order.

    `shipment_key`, `load_id` (and `code_id`) first, then the feed's own columns, `extra` (JSON object
    of what the feed does not know, or null) and `row_hash` (63 bits over all canonical columns).
    """
    columns = {"shipment_key": "BIGINT", "load_id": "BIGINT"}
    if "native_code" in feed.in_key:
        columns["code_id"] = "INTEGER"
    for column in feed.columns:
        if column.name not in feed.in_key:
            columns[column.name] = column.raw_type
            if column.name == feed.happened_at and feed.keeps_precision:
                columns["is_date_only"] = "BOOLEAN"
                columns["known_at"] = "TIMESTAMPTZ"
        if column.name == "parent_awb":
            columns["parent_key"] = "BIGINT"
    return {**columns, "extra": "VARCHAR", "row_hash": "BIGINT"}
