"""What is known of a world at an instant: the feeds of the whole world, cut down to what had been told by then.

The frames are those of `history` as seen at the world's end; what is not known yet is left out, and a row that fills
with time (an action, a message) has only the instants that are past. Nothing here draws by chance, so the same world
seen at two instants tells the same story.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import polars as pl

TOLD_AT = {
    "shipments": "manifested_at",
    "scans": "received_at",
    "scans_mis": "received_at",
    "customer_feedback": "received_at",
    "ops_feedback": "acted_at",
}
"""The column that says when a row is learnt, of the feeds whose rows never change."""

_ANSWERED = ["responded_at", "result", "result_reason", "courier_reference"]


def known_at(name: str, frame: pl.DataFrame, at: datetime) -> pl.DataFrame:
    """The rows of the feed `name` (columns as they are) that are known at `at`, an instant with a time zone."""
    at = at.astimezone(UTC)
    if name in TOLD_AT:
        return frame.filter(pl.col(TOLD_AT[name]) <= at)
    return _GROWING[name](frame, at)


def on_its_way(frames: dict[str, pl.DataFrame], at: datetime) -> pl.DataFrame:
    """The courier and awb of parcels of which something happened by `at` that is not known by then."""
    at = at.astimezone(UTC)
    day_began = (
        pl.col("scanned_at")
        .str.to_datetime("%Y-%m-%d", time_unit="us", time_zone="Asia/Kolkata")
        .dt.convert_time_zone("UTC")
    )
    happened = {
        "scans": pl.col("scanned_at"),
        "scans_mis": day_began,
        "customer_feedback": pl.col("responded_at"),
    }
    late = [
        frames[name].filter(since <= at, pl.col("received_at") > at).select("courier", "awb")
        for name, since in happened.items()
    ]
    return pl.concat(late).unique()


def _actions(frame: pl.DataFrame, at: datetime) -> pl.DataFrame:
    """An action is known once it is sent, or given by nobody's feedback; a later answer to it is a row of its own."""
    instruction = ["courier", "awb", "source", "action", "instructed_at"]
    is_later_answer = pl.col("responded_at") > pl.col("responded_at").min().over("action_id")
    tells_of_instruction = pl.col("source").is_in(["rule", "default"]) & (
        pl.col("action_id") == pl.col("action_id").min().over(instruction)
    )
    is_answered = (pl.col("responded_at") <= at).fill_null(False)
    return (
        frame.filter(
            pl.col("instructed_at") <= at,
            (pl.col("submitted_at") <= at).fill_null(False) | tells_of_instruction,
            ~is_later_answer.fill_null(False) | is_answered,
        )
        .with_columns(pl.when(pl.col("submitted_at") <= at).then("submitted_at"))
        .with_columns(pl.when(is_answered).then(name).alias(name) for name in _ANSWERED)
    )


def _messages(frame: pl.DataFrame, at: datetime) -> pl.DataFrame:
    instants = ["accepted_at", "delivered_at", "read_at", "failed_at"]
    return (
        frame.filter(pl.col("sent_at") <= at)
        .with_columns(pl.when(pl.col(name) <= at).then(name).alias(name) for name in instants)
        .with_columns(pl.when(pl.col("failed_at").is_not_null()).then("failure_reason"))
    )


_GROWING: dict[str, Callable[[pl.DataFrame, datetime], pl.DataFrame]] = {
    "courier_actions": _actions,
    "messages": _messages,
}
