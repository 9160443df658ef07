"""A whole history as feed files: `generate` makes the world block by block and writes what is known at `until`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Self

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from simulator import feeds, journeys, moves, telling, truth
from simulator import shipments as parcels
from simulator.cases import open_cases
from simulator.clock import DAY, Dice
from simulator.codes import Phrasebook, phrasebook
from simulator.rates import Rates
from simulator.record import Record

BLOCK = 100_000
"""Parcels made at a time. A constant: a world is the sum of its blocks, each with chance of its own."""


def generate(
    shipments: int, days: int, seed: int, out_dir: Path, until: datetime, rates: Rates | None = None
) -> None:
    """Write the feeds of a made-up history of `days` days that ends at `until`, and the truth in `out_dir`/truth.

    The same arguments (and code tables) give the same bytes. `until` needs a time zone; nothing that happens after
    it, or is learnt after it, is in the files. Raises ValueError for counts below one and an `until` without zone.
    """
    if shipments < 1 or days < 1:
        raise ValueError(f"shipments and days are counts of one or more, not {shipments} and {days}")
    if until.tzinfo is None:
        raise ValueError(f"until needs a time zone: {until.isoformat()}")
    rates = rates or Rates()
    end = int(until.timestamp())
    phrases = phrasebook(list(rates.courier_shares))
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / "truth").mkdir(exist_ok=True)
    with _Files(out_dir) as files:
        for block, first in enumerate(range(0, shipments, BLOCK)):
            count = min(BLOCK, shipments - first)
            files.write(
                make_block(
                    first, count, shipments, end - days * DAY, end, rates, phrases, Dice([seed, block])
                )
            )


def make_block(first: int, count: int, world: int, since: int, until: int, rates: Rates, phrases: Phrasebook,
               dice: Dice) -> dict[str, pl.DataFrame]:  # fmt: skip
    """The frames of one block, by file name without its ending."""
    record = Record()
    lives = parcels.make(
        first,
        count,
        world,
        since,
        until,
        rates,
        [rates.courier_shares[slug] for slug in phrases.couriers],
        dice,
    )
    cases = open_cases(lives, journeys.travel(lives, rates, record, dice), rates, record, dice)
    moves.play(cases, rates, record, dice)

    couriers, scans = phrases.couriers, record.scans.columns()
    telling.settle_couriers(lives, scans, phrases, rates, dice)
    telling.lose_news(lives, scans, cases.life, rates, dice)
    taken_from = parcels.reuse_awbs(lives, rates.reused_awbs, dice)
    timed, dated = telling.send_scans(lives, scans, phrases, until, rates, dice)
    heirs = np.flatnonzero(taken_from >= 0)
    lives.is_unknowable[heirs] |= lives.is_unknowable[taken_from[heirs]]
    given, visits = record.instructions.columns(), record.attempts.columns()
    frames = {
        "shipments": feeds.shipments(lives, phrases),
        "scans": timed,
        "scans_mis": dated,
        "customer_feedback": feeds.customer_feedback(
            lives, couriers, given, record.answers.columns(), until, dice
        ),
        "ops_feedback": feeds.ops_feedback(
            lives, couriers, given, record.calls.columns(), first, until, dice
        ),
        "courier_actions": feeds.courier_actions(
            lives, couriers, given, record.sendings.columns(), first, until, dice
        ),
        "messages": feeds.messages(lives, couriers, record.messages.columns(), first, until, dice),
    }
    return frames | {
        "truth/fct_ndr_cases": truth.cases(lives, couriers, visits, record.outcomes.columns(), until),
        "truth/fct_delivery_attempts": truth.attempts(lives, couriers, visits, until),
        "truth/fct_instructions": truth.instructions(
            lives, couriers, given, record.submissions.columns(), record.verdicts.columns(), until
        ),
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
