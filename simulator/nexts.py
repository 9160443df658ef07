"""What comes next in each case of a turn, as the plans leave it: the courier's next scan and what it decides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.clock import NEVER, Bools, Ints
from simulator.words import NONE, Verdict, Why


@dataclass
class Next:
    """Arrays as long as the turn. `given` is the instruction that the next event judges (`verdict`, `why`), or, with
    `is_kept`, that goes on into the next cycle; `unaccepted` one that a further failure leaves behind."""

    given: Ints
    verdict: Ints
    why: Ints
    is_kept: Bools
    unaccepted: Ints
    live_counted: Ints
    out_at: Ints
    back_at: Ints
    held_at: Ints
    in_vain_day: Ints
    is_settled: Bools

    @classmethod
    def blank(cls, n: int) -> Next:
        """Nothing in force, nothing decided."""
        none, never, no = np.full(n, NONE), np.full(n, NEVER), np.zeros(n, np.bool_)
        return cls(
            given=none.copy(), verdict=np.full(n, int(Verdict.live)), why=np.full(n, int(Why.unworded)), is_kept=no.copy(),
            unaccepted=none.copy(), live_counted=np.zeros(n, np.int64), out_at=never.copy(), back_at=never.copy(),
            held_at=never.copy(), in_vain_day=none.copy(), is_settled=no.copy(),
        )  # fmt: skip
