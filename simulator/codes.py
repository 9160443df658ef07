"""How a status and a reason are said: the native codes that the scans of the world carry.

Read from the code tables that the warehouse joins, but backwards: for a wanted status and reason, the codes that
mean exactly that. A *voice* is one table: a courier's own, or that of the aggregator it was booked through. A
parcel whose story its courier cannot tell was booked through ClickPost, or else travels with `generic`, which
speaks canonical words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from couriers.codes import read_codes
from settings import PROJECT_DIR
from simulator.clock import Bools, Ints
from simulator.words import Reason, Status

GENERIC = "generic"
AGGREGATORS = ["clickpost", "shiprocket"]
INSTEAD = {
    # what a table without a code for the status says; none of it changes what the story means
    Status.pickup_pending: Status.order_created,
    Status.picked_up: Status.in_transit,
    Status.at_destination: Status.in_transit,
    Status.rto_initiated: Status.rto_in_transit,
    Status.rto_out_for_delivery: Status.rto_in_transit,
    Status.rto_failed: Status.rto_in_transit,
}
WIDTH = len(Reason) + 1
Meaning = tuple[Status, Reason | None]
Phrase = tuple[str, str | None, str | None, str | None]


@dataclass
class Phrasebook:
    """The codes of all voices.

    `couriers` are the slugs, `generic` last; `voices` the tables: one for each courier in the same order, then the
    aggregators'. `codes` has native_code, reason_code, native_text and reason_text of each way of saying something;
    `first` and `count` (voice by status by reason + 1) say which of its rows mean that.
    """

    couriers: list[str]
    voices: list[str]
    codes: pl.DataFrame
    first: Ints
    count: Ints

    def covers(self, voice: Ints, status: Ints, reason: Ints) -> Bools:
        """Whether the voice has a code for the status and reason of each scan."""
        covered: Bools = self.count[voice, status, reason + 1] > 0
        return covered

    def via(self, voice: Ints) -> pl.Series:
        """The aggregator that is heard, null where it is the courier itself."""
        speakers = pl.Series([None] * len(self.couriers) + AGGREGATORS, dtype=pl.String)
        return speakers.gather(voice)

    def say(self, voice: Ints, status: Ints, reason: Ints, chance: Ints) -> Ints:
        """Rows of `codes` that say status and reason; `chance` chooses among synonyms."""
        ways = np.maximum(self.count[voice, status, reason + 1], 1)
        row: Ints = self.first[voice, status, reason + 1] + chance % ways
        return row


def phrasebook(slugs: list[str]) -> Phrasebook:
    """The phrases of these couriers, of the aggregators, and of `generic`.

    Raises FileNotFoundError when a courier has no code table.
    """
    couriers = [*sorted(set(slugs) - {GENERIC}), GENERIC]
    voices = [*couriers, *AGGREGATORS]
    rows: list[Phrase] = []
    first, count = (np.zeros((len(voices), len(Status), WIDTH), np.int64) for _ in range(2))
    for number, voice in enumerate(voices):
        for (status, reason), phrases in (_canonical() if voice == GENERIC else _native(voice)).items():
            column = 0 if reason is None else reason + 1
            first[number, status, column], count[number, status, column] = len(rows), len(phrases)
            rows.extend(phrases)
    schema = dict.fromkeys(("native_code", "reason_code", "native_text", "reason_text"), pl.String())
    return Phrasebook(couriers, voices, pl.DataFrame(rows, schema=schema, orient="row"), first, count)


def _canonical() -> dict[Meaning, list[Phrase]]:
    """The words of `generic`: the canonical status, and the reason bucket beside it."""
    said: dict[Meaning, list[Phrase]] = {}
    for status in Status:
        text = status.name.replace("_", " ").capitalize()
        said[(status, None)] = [(status.name, None, text, None)]
        said |= {(status, reason): [(status.name, reason.name, text, None)] for reason in Reason}
    return said


def _native(slug: str) -> dict[Meaning, list[Phrase]]:
    """What a table says without doubt, by code, by code and reason, or by code and a text that plainly says why."""
    table = read_codes(PROJECT_DIR / "couriers" / slug / "codes.csv").filter(
        pl.all_horizontal(pl.col("valid_from", "valid_to", "known_from").is_null()),
        pl.len().over("native_code", "native_reason", "native_text") == 1,
    )
    reasons = [reason.name for reason in Reason]
    coded = table.filter(
        pl.col("native_code").is_not_null(),
        pl.len().over("native_code", "native_reason") == 1,
        pl.col("status").is_in([status.name for status in Status]),
        pl.col("reason_bucket").is_null() | pl.col("reason_bucket").is_in(reasons),
    )
    said: dict[Meaning, list[Phrase]] = {}
    for code, reason, text, status, bucket in coded.select(
        "native_code", "native_reason", "native_text", "status", "reason_bucket"
    ).rows():
        meaning = (Status[status], None if bucket is None else Reason[bucket])
        said.setdefault(meaning, []).append((code, reason, text, None))
    texts = table.filter(
        pl.all_horizontal(pl.col("native_code", "native_reason").is_null()),
        pl.col("reason_bucket").is_in(reasons),
    )
    for text, bucket in texts.select("native_text", "reason_bucket").rows():
        for code, _, native_text, _ in said.get((Status.failed_delivery, None), []):
            said.setdefault((Status.failed_delivery, Reason[bucket]), []).append(
                (code, None, native_text, text)
            )
    for wanted, other in INSTEAD.items():
        if (other, None) in said:
            said.setdefault((wanted, None), said[(other, None)])
    return said
