"""What comes next in each case of a turn, as the plans leave it: the courier's next scan and what it decides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.cases import Cases
from simulator.choosing import JUDGED
from simulator.clock import NEVER, Bools, Ints
from simulator.fates import End
from simulator.turns import Move, Plan, Turn
from simulator.words import NONE, Verdict, Why

ENOUGH_ATTEMPTS = 3
"""The courier's maximum of visits (three, a fourth on request: the playbooks' common rule)."""

SHIPMENT_ENDS = {
    End.lost: Why.shipment_lost,
    End.damaged: Why.shipment_damaged,
    End.disposed: Why.shipment_disposed,
    End.cancelled: Why.shipment_cancelled,
}


@dataclass
class Next:
    """Arrays as long as the turn. `given` is the instruction that the next event judges (`verdict`, `why`), or,
    with `is_kept`, that goes on into the next cycle; `unaccepted` one that a further failure leaves behind;
    `live_counted` the real visits when it was accepted. With `is_settled` a delivery is not undone later."""

    given: Ints
    verdict: Ints
    why: Ints
    is_kept: Bools
    unaccepted: Ints
    live_counted: Ints
    back_at: Ints
    held_at: Ints
    in_vain_day: Ints
    is_settled: Bools

    @classmethod
    def blank(cls, n: int) -> Next:
        """Nothing in force, nothing decided."""
        none, never, no = np.full(n, NONE), np.full(n, NEVER), np.zeros(n, np.bool_)
        return cls(
            given=none.copy(),
            verdict=np.full(n, int(Verdict.live)),
            why=np.full(n, int(Why.unworded)),
            is_kept=no.copy(),
            unaccepted=none.copy(),
            live_counted=np.zeros(n, np.int64),
            back_at=never.copy(),
            held_at=never.copy(),
            in_vain_day=none.copy(),
            is_settled=no.copy(),
        )

    def decide(self, chosen: Bools, verdict: int, why: int) -> None:
        """The next event makes this of the instructions in the chosen places."""
        self.verdict[chosen], self.why[chosen] = verdict, why


def judge_moves(cases: Cases, turn: Turn, nexts: Next) -> None:
    """What each move makes of the accepted instruction in force."""
    for move, (verdict, why) in JUDGED.items():
        nexts.decide(turn.move == move, verdict, why)
    handed = np.isin(turn.end, (End.delivered, End.partially_delivered))
    for move, when_handed, when_failed in (
        (Move.early, Why.delivered_early, Why.attempted_early),
        (Move.late, Why.delivered_late, Why.attempted_late),
        (Move.already_out, Why.delivered_early, Why.unworded),
    ):
        nexts.decide(handed & (turn.move == move), Verdict.honoured, when_handed)
        nexts.decide(~handed & (turn.move == move), Verdict.not_honoured, when_failed)
    nexts.is_kept = (turn.end == End.fail) & np.isin(turn.move, (Move.skipped, Move.already_out))

    goes_back = np.isin(turn.move, (Move.direct, Move.unverified, Move.external))
    shocked = (turn.plan == Plan.carried) & cases.live_external[turn.who]
    nexts.decide(goes_back & shocked, Verdict.not_honoured, Why.external_factor)
    exhausted = nexts.live_counted >= ENOUGH_ATTEMPTS
    nexts.decide(goes_back & exhausted, Verdict.not_honoured, Why.attempts_exhausted)
    in_force = np.isin(turn.plan, (Plan.reattempt, Plan.carried))
    for end, why in SHIPMENT_ENDS.items():
        nexts.decide(in_force & (turn.end == end), Verdict.not_honoured, why)
    nexts.decide(turn.end == End.healed, Verdict.honoured, Why.delivered_early)
