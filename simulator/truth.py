"""The truth of a block at `until`, from the scenario's own account, in the columns of the published tables.

`is_unknowable` marks what the feeds cannot tell: news that never came, or had not by `until`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.clock import NEVER, Bools, Ints
from simulator.frames import at_utc, awbs, words
from simulator.record import Columns, Record
from simulator.shipments import Lives
from simulator.words import (
    NONE,
    Outcome,
    Reason,
    names,
)


@dataclass(frozen=True)
class Account:
    """The scenario's own account of a block, and the instant at which it is looked at (UTC seconds)."""

    lives: Lives
    couriers: list[str]
    record: Record
    until: int

    def key(self, life: Ints) -> dict[str, pl.Series]:
        """The key columns of rows about parcels."""
        return {
            "courier": pl.Series(self.couriers).gather(self.lives.courier[life]),
            "awb": awbs(self.lives).gather(life),
            "epoch": pl.Series(self.lives.epoch[life]).cast(pl.Int32),
        }


def last_by(rows: Columns, key: str, size: int, until: int) -> Ints:
    """For each of `size` subjects the number of its last row by `until` (later rows win ties), else -1."""
    known = np.flatnonzero(rows["at"] <= until)
    order = known[np.lexsort((known, rows["at"][known], rows[key][known]))]
    last = np.full(size, -1)
    last[rows[key][order]] = order
    return last


def _instants(at: Ints, is_dated: Bools, until: int | None = None) -> pl.Series:
    """Instants of facts; a fact with a bare date stands at the last microsecond of its day."""
    series = at_utc(at, until)
    return pl.select(
        pl.when(pl.Series(is_dated)).then(series.dt.offset_by("999999us")).otherwise(series)
    ).to_series()


def cases(account: Account) -> pl.DataFrame:
    """fct_ndr_cases: one row for each parcel with a failed visit by `until`."""
    lives, record, until = account.lives, account.record, account.until
    visits, outcomes = record.attempts.columns(), record.outcomes.columns()
    n = len(lives)
    failed, settled = visits["failed_at"] <= until, visits["settled_at"] <= until
    reason = _reasons(visits, until)
    counted = settled | (failed & (reason != Reason.not_attempted))
    first = np.full(n, -1)
    order = np.flatnonzero(failed)
    order = order[np.argsort(visits["failed_at"][order], kind="stable")[::-1]]
    first[visits["life"][order]] = order
    life = np.flatnonzero(first >= 0)
    row = first[life]
    last = last_by(outcomes, "life", n, until)[life]
    outcome = np.where(last >= 0, outcomes["outcome"][last], int(Outcome.open))
    closed_at = np.where(outcome == Outcome.open, NEVER, outcomes["at"][last])
    return pl.DataFrame(
        {
            **account.key(life),
            "first_ndr_at": _instants(visits["failed_at"][row], visits["is_dated"][row]),
            "reason_bucket": words(names(Reason), reason[row]),
            "attempts": pl.Series(np.bincount(visits["life"][counted], minlength=n)[life]),
            "cycles": pl.Series(np.bincount(visits["life"][failed], minlength=n)[life]),
            "shipment_outcome": words(names(Outcome), outcome),
            "is_recovered": pl.Series(outcome == Outcome.delivered),
            "is_rto_reversed": pl.Series((last >= 0) & outcomes["is_rto_reversed"][last].astype(np.bool_)),
            "is_delivery_reversed": pl.Series(
                (last >= 0) & outcomes["is_delivery_reversed"][last].astype(np.bool_)
            ),
            "closed_at": at_utc(closed_at),
            "is_unknowable": pl.Series(lives.is_unknowable[life]),
        }
    )


def _reasons(visits: Columns, until: int) -> Ints:
    """The reason of each visit at `until`: an admitted no-visit gives way to a real reason told later."""
    mended = (visits["reason"] == Reason.not_attempted) & (visits["again_at"] <= until)
    return np.where(mended, visits["again_reason"], visits["reason"])


def attempts(account: Account) -> pl.DataFrame:
    """fct_delivery_attempts: every visit by `until`, numbered in order."""
    lives, record, until = account.lives, account.record, account.until
    visits = record.attempts.columns()
    seen = np.flatnonzero(np.minimum(visits["opened_at"], visits["failed_at"]) <= until)
    order = seen[np.lexsort((visits["opened_at"][seen], visits["life"][seen]))]
    rows = {name: values[order] for name, values in visits.items()}
    life, reason = rows["life"], _reasons(visits, until)[order]
    starts = np.flatnonzero(np.r_[True, life[1:] != life[:-1]]) if len(life) else np.zeros(0, np.int64)
    number = np.arange(len(life)) - np.repeat(starts, np.diff(np.r_[starts, len(life)])) + 1
    settled, failed, vain = (rows[name] <= until for name in ("settled_at", "failed_at", "unverified_at"))
    result = np.select([settled, failed, vain], [1, 0, 2], 3)
    closed = np.select(
        [settled, failed, vain], [rows["settled_at"], rows["failed_at"], rows["unverified_at"]], NEVER
    )
    again = rows["again_at"] <= until
    restated = again & (rows["again_reason"] != reason) & (rows["reason"] != Reason.not_attempted)
    return pl.DataFrame(
        {
            **account.key(life),
            "attempt_number": pl.Series(number).cast(pl.Int32),
            "opened_at": _instants(
                rows["opened_at"], rows["is_dated"].astype(np.bool_) & rows["is_without_ofd"].astype(np.bool_)
            ),
            "closed_at": _instants(closed, rows["is_dated"].astype(np.bool_) & (result == 0)),
            "result": words(["failed", "delivered", "unverified", "open"], result),
            "reason_bucket": words(names(Reason), np.where(failed, reason, NONE)),
            "restated_reason": words(names(Reason), np.where(restated, rows["again_reason"], NONE)),
            "is_without_ofd": pl.Series(rows["is_without_ofd"].astype(np.bool_)),
            "is_unknowable": pl.Series(lives.is_unknowable[life]),
        }
    )
