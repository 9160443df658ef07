"""A whole history as feed files: `generate` makes the world block by block and writes what is known at `until`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Self

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from simulator import disturbances, feedback, feeds, journeys, judgements, moves, shipments, telling, truth
from simulator.cases import open_cases
from simulator.clock import DAY, Dice
from simulator.codes import Phrasebook, phrasebook
from simulator.knowing import known_at, on_its_way
from simulator.rates import Rates
from simulator.record import Record
from simulator.scene import Scene
from simulator.shipments import Lives, World, make

BLOCK = 100_000
"""Parcels made at a time. A constant: a world is the sum of its blocks, each with chance of its own."""


TRUTH = "truth/"
"""What the names of the truth's files begin with."""


def generate(
    shipments: int,
    days: int,
    seed: int,
    out_dir: Path,
    until: datetime,
    *,
    end: datetime | None = None,
    rates: Rates | None = None,
) -> None:
    """Write the feeds of a made-up world as known at `until`, and the truth of that instant in `out_dir`/truth.

    The world has `days` days and ends at `end` (default: `until`); what happens in it does not depend on `until`. The
    same arguments (and code tables) give the same bytes. `until` needs a time zone; nothing that happens after it, or
    is learnt after it, is in the files. Raises ValueError for counts below one and an `until` without zone.
    """
    (out_dir / "truth").mkdir(parents=True, exist_ok=True)
    with _Files(out_dir) as files:
        for block in blocks(shipments, days, seed, end or until, until=until, rates=rates):
            files.write(block if end is None else _seen(block, until))


def blocks(
    shipments: int, days: int, seed: int, end: datetime, *, until: datetime, rates: Rates | None = None
) -> Iterator[dict[str, pl.DataFrame]]:
    """The frames of a world, block by block and by file name without its ending: feeds as known at `end`, the truth
    (`TRUTH`) of `until`. Raises ValueError as `generate` does."""
    if shipments < 1 or days < 1:
        raise ValueError(f"shipments and days are counts of one or more, not {shipments} and {days}")
    if until.tzinfo is None:
        raise ValueError(f"until needs a time zone: {until.isoformat()}")
    rates = rates or Rates()
    last = int(end.timestamp())
    phrases = phrasebook(list(rates.courier_shares))
    couriers = [rates.courier_shares.get(slug, 0.0) for slug in phrases.couriers]
    for block, first in enumerate(range(0, shipments, BLOCK)):
        dice = Dice([seed, block])
        count = min(BLOCK, shipments - first)
        world = World(shipments, last - days * DAY, last, couriers)
        parcels = make(world, rates, dice, first=first, count=count)
        yield make_block(parcels, rates, phrases, dice, end=last, until=int(until.timestamp()))


def _seen(block: dict[str, pl.DataFrame], until: datetime) -> dict[str, pl.DataFrame]:
    """A block's feeds as known at `until`; the truth of parcels with news on its way is marked as unknowable."""
    late = on_its_way(block, until).with_columns(is_late=pl.lit(True))
    seen = {}
    for name, frame in block.items():
        if name.startswith(TRUTH):
            marked = frame.join(late, on=["courier", "awb"], how="left", maintain_order="left")
            seen[name] = marked.with_columns(
                is_unknowable=pl.col("is_unknowable") | pl.col("is_late").fill_null(False)
            ).drop("is_late")
        else:
            seen[name] = known_at(name, frame, until)
    return seen


def make_block(
    parcels: Lives, rates: Rates, phrases: Phrasebook, dice: Dice, *, end: int, until: int
) -> dict[str, pl.DataFrame]:
    """The frames of one block, by file name without its ending: the feeds as known at `end`, the truth of `until`
    (UTC seconds)."""
    record = Record()
    scene = Scene(parcels, rates, record, dice)
    cases = open_cases(scene, journeys.travel(scene))
    moves.play(cases)

    scans = record.scans.columns()
    telling.settle_couriers(scene, scans, phrases)
    telling.lose_news(scene, scans, cases.life)
    taken_from = shipments.reuse_awbs(
        parcels, rates.reused_awbs, dice, scanned=scans["life"], scanned_at=scans["at"]
    )
    scans = disturbances.stray_returns(scene, scans, taken_from)
    timed, dated = telling.send_scans(scene, scans, phrases, end)
    heirs = np.flatnonzero(taken_from >= 0)
    either = parcels.is_unknowable[heirs] | parcels.is_unknowable[taken_from[heirs]]
    parcels.is_unknowable[heirs] = parcels.is_unknowable[taken_from[heirs]] = either
    told = feeds.Telling(parcels, phrases, record, dice, end)
    frames = {
        "shipments": feeds.shipments(told),
        "scans": timed,
        "scans_mis": dated,
        "customer_feedback": feedback.customer_feedback(told),
        "ops_feedback": feedback.ops_feedback(told),
        "courier_actions": feeds.courier_actions(told),
        "messages": feeds.messages(told),
    }
    account = truth.Account(parcels, phrases.couriers, record, until)
    return frames | {
        f"{TRUTH}fct_ndr_cases": truth.cases(account),
        f"{TRUTH}fct_delivery_attempts": truth.attempts(account),
        f"{TRUTH}fct_instructions": judgements.instructions(account),
    }


class _Files:
    """Parquet files that grow by a row group for each block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.writers: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for writer in self.writers.values():
            writer.close()

    def write(self, frames: dict[str, pl.DataFrame]) -> None:
        for name, frame in frames.items():
            table = frame.to_arrow()
            if name not in self.writers:
                self.writers[name] = pq.ParquetWriter(
                    self.folder / f"{name}.parquet", table.schema, compression="zstd"
                )
            self.writers[name].write_table(table)
