"""What a block of stories made happen: growing columns, one table for each kind of fact.

`scans`, `messages`, `calls`, `answers`, `sendings` and `instructions` become feeds; `attempts`, `outcomes`,
`submissions` and `verdicts` are the scenario's own account, from which the truth at an instant is read.
Instants are UTC seconds (`clock`), days are IST day numbers, words are numbers (`words`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.clock import NEVER, Ints
from simulator.words import NONE, Place, Verdict, Why

Columns = dict[str, NDArray[Any]]


class Table:
    """Columns that grow by arrays; a default is given to what is left out, one value serves all rows."""

    def __init__(self, **defaults: Any) -> None:
        self.defaults = defaults
        self.parts: dict[str, list[NDArray[Any]]] = {name: [] for name in defaults}
        self.rows = 0

    def add(self, rows: int, **values: Any) -> Ints:
        """Append rows; returns their numbers."""
        if unknown := set(values) - set(self.defaults):
            raise KeyError(f"no such column: {sorted(unknown)}")
        for name, default in self.defaults.items():
            dtype = np.bool_ if isinstance(default, bool) else np.int64
            value: NDArray[Any] = np.asarray(values.get(name, default), dtype=dtype)
            self.parts[name].append(np.broadcast_to(value, (rows,)))
        first = self.rows
        self.rows += rows
        return np.arange(first, self.rows)

    def columns(self) -> Columns:
        """All rows so far, in the order in which they were written."""
        return {
            name: np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
            for name, parts in self.parts.items()
        }


class Record:
    """The tables of one block."""

    def __init__(self) -> None:
        self.scans = Table(
            life=0,
            at=0,
            status=0,
            reason=NONE,
            number=0,
            place=int(Place.hub),
            leg=NONE,
            is_dated=False,
            is_sent=True,
            is_final=False,
        )
        self.attempts = Table(
            life=0,
            opened_at=0,
            failed_at=NEVER,
            reason=NONE,
            settled_at=NEVER,
            unverified_at=NEVER,
            again_at=NEVER,
            again_reason=NONE,
            is_without_ofd=False,
            is_dated=False,
        )
        self.outcomes = Table(life=0, at=0, outcome=0, is_rto_reversed=False, is_delivery_reversed=False)
        self.instructions = Table(
            life=0,
            cycle=1,
            source=0,
            action=0,
            given_at=0,
            day=NONE,
            window_start=NONE,
            window_end=NONE,
            says_day=True,
            in_feed=True,
            has_details=False,
        )
        self.sendings = Table(
            instruction=0, version_of=NONE, submitted_at=NEVER, responded_at=NEVER, result=NONE, reason=NONE
        )
        self.submissions = Table(instruction=0, at=0, submission=0, reason=NONE, accepted_at=NEVER)
        self.verdicts = Table(instruction=0, at=0, verdict=0, why=0)
        self.messages = Table(life=0, sent_at=0, template=0)
        self.calls = Table(life=0, at=0, entry=0, call_outcome=NONE)
        self.answers = Table(life=0, at=0)

    def scan(self, life: Ints, at: Ints, status: Any, **more: Any) -> None:
        """Scans of lives at instants; `more` are columns of `scans`."""
        self.scans.add(len(life), life=life, at=at, status=status, **more)

    def judge(self, instruction: Ints, at: Any, verdict: Verdict, why: Any = Why.unworded) -> None:
        """From this instant the instruction's outcome is this; numbers below zero (none given) are left out."""
        given = instruction >= 0
        at, why = np.broadcast_to(at, given.shape), np.broadcast_to(why, given.shape)
        self.verdicts.add(
            int(given.sum()), instruction=instruction[given], at=at[given], verdict=verdict, why=why[given]
        )

    def end(
        self,
        life: Ints,
        at: Ints,
        outcome: Any,
        *,
        rto_reversed: Any = False,
        delivery_reversed: Any = False,
    ) -> None:
        """From this instant the shipment's outcome is this."""
        self.outcomes.add(
            len(life),
            life=life,
            at=at,
            outcome=outcome,
            is_rto_reversed=rto_reversed,
            is_delivery_reversed=delivery_reversed,
        )
