"""How each courier says a status and a reason: the native codes a scan of the world carries.

Read from the couriers' own code tables, the same that the warehouse joins, but backwards: for a wanted status
and reason, the codes that mean exactly that. A courier takes part when it can tell the commonest stories;
a parcel whose story its courier cannot tell travels with `generic`, which speaks canonical words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from couriers.codes import read_codes
from settings import PROJECT_DIR
from simulator.clock import Bools, Ints
from simulator.words import Reason, Status

GENERIC = "generic"
INSTEAD = {
    # what a courier without a code for the status scans; none of them changes what the story means
    Status.pickup_pending: Status.order_created,
    Status.picked_up: Status.in_transit,
    Status.at_destination: Status.in_transit,
    Status.rto_initiated: Status.rto_in_transit,
    Status.rto_out_for_delivery: Status.rto_in_transit,
    Status.rto_failed: Status.rto_in_transit,
    Status.rto_in_transit: Status.in_transit,  # a scan without a leg is on the return once that has begun
}
NEEDED = [
    *((status, None) for status in (Status.order_created, Status.in_transit, Status.out_for_delivery)),
    *((Status.failed_delivery, reason) for reason in (Reason.address_issue, Reason.customer_refused)),
    *((status, None) for status in (Status.delivered, Status.rto_delivered, Status.rto_initiated)),
]
WIDTH = len(Reason) + 1


@dataclass
class Phrasebook:
    """The codes of all couriers that take part.

    `codes`: native_code, reason_code and native_text of each way of saying something. `first` and `count`
    (courier by status by reason + 1) say which rows of it mean that.
    """

    couriers: list[str]
    codes: pl.DataFrame
    first: NDArray[np.int64]
    count: NDArray[np.int64]
    shares: list[float] = field(default_factory=list)

    def covers(self, courier: Ints, status: Ints, reason: Ints) -> Bools:
        """Whether the courier has a code of its own for the status and reason of each scan."""
        covered: Bools = self.count[courier, status, reason + 1] > 0
        return covered

    def say(self, courier: Ints, status: Ints, reason: Ints, chance: Ints) -> Ints:
        """Rows of `codes` that say status and reason; `chance` chooses among synonyms."""
        row: Ints = self.first[courier, status, reason + 1] + chance % np.maximum(
            self.count[courier, status, reason + 1], 1
        )
        return row


def phrasebook(shares: dict[str, float]) -> Phrasebook:
    """The phrases of the couriers in `shares` that have codes enough; `generic` takes what the others leave.

    Raises FileNotFoundError when there is no code table of `generic`.
    """
    slugs, rows = [], []
    first: list[NDArray[np.int64]] = []
    count: list[NDArray[np.int64]] = []
    for slug in sorted(shares, key=lambda name: name == GENERIC):
        said = dict(_canonical() if slug == GENERIC else _native(slug))
        if any((status, reason) not in said for status, reason in NEEDED):
            continue
        starts, counts = np.zeros((len(Status), WIDTH), np.int64), np.zeros((len(Status), WIDTH), np.int64)
        for (status, reason), phrases in said.items():
            column = 0 if reason is None else reason + 1
            starts[status, column], counts[status, column] = len(rows), len(phrases)
            rows.extend(phrases)
        slugs.append(slug)
        first.append(starts)
        count.append(counts)
    codes = pl.DataFrame(rows, schema=["native_code", "reason_code", "native_text"], orient="row")
    known = [shares[slug] for slug in slugs[:-1]]
    return Phrasebook(
        slugs, codes, np.stack(first), np.stack(count), [*known, max(sum(shares.values()) - sum(known), 0)]
    )


Meaning = tuple[Status, Reason | None]
Phrase = tuple[str, str | None, str | None]


def _canonical() -> Iterator[tuple[Meaning, list[Phrase]]]:
    """The words of `generic`: the canonical status, and the reason bucket beside it."""
    if not (PROJECT_DIR / "couriers" / GENERIC / "codes.csv").exists():
        raise FileNotFoundError(
            "couriers/generic/codes.csv: the stand-in world needs the canonical code table"
        )
    for status in Status:
        text = status.name.replace("_", " ").capitalize()
        yield (status, None), [(status.name, None, text)]
        for reason in Reason:
            yield (status, reason), [(status.name, reason.name, text)]


def _native(slug: str) -> Iterator[tuple[Meaning, list[Phrase]]]:
    """What a courier's table says without doubt: rows that always held, with a code of their own."""
    path = PROJECT_DIR / "couriers" / slug / "codes.csv"
    if not path.exists():
        return
    table = read_codes(path).filter(
        pl.all_horizontal(pl.col("valid_from", "valid_to", "known_from").is_null())
    )
    said: dict[Meaning, list[Phrase]] = {}
    for code, native_reason, text, status, reason in _without_doubt(table):
        bucket = None if reason is None else Reason[reason]
        said.setdefault((Status[status], bucket), []).append((code, native_reason, text))
    for wanted, other in reversed(INSTEAD.items()):
        if (other, None) in said:
            said.setdefault((wanted, None), said[(other, None)])
    yield from said.items()


def _without_doubt(table: pl.DataFrame) -> Iterable[tuple[str, str | None, str | None, str, str | None]]:
    """Rows with a status and a code that stands once, alone or with its reason, and a reason bucket we know."""
    reasons = [reason.name for reason in Reason]
    return (
        table.filter(
            pl.col("native_code").is_not_null(),
            pl.col("status").is_in([status.name for status in Status]),
            pl.col("reason_bucket").is_null() | pl.col("reason_bucket").is_in(reasons),
            pl.len().over("native_code", "native_reason") == 1,
        )
        .select("native_code", "native_reason", "native_text", "status", "reason_bucket")
        .rows()
    )
