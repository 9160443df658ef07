"""How cases end: fates drawn before anything happens, so that the shares of `Rates` are met by construction."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from simulator.clock import Ints
from simulator.scene import Scene
from simulator.words import Reason


class End(IntEnum):
    """How a cycle ends; the first eight are `Outcome`'s numbers (`fail` in the place of open)."""

    fail = 0
    delivered = 1
    partially_delivered = 2
    rto = 3
    lost = 4
    damaged = 5
    disposed = 6
    cancelled = 7
    silent = 8
    healed = 9


BANDS = ["within_30m", "30m_2h", "2h_4h", "4h_24h", "24h_48h", "over_48h", "none"]
NEXT_DAY, SECOND_DAY, AFTER_48H, NOBODY = 3, 4, 5, 6
MOST_CYCLES = 4


def draw_fates(scene: Scene, reason: Ints, band: Ints) -> tuple[Ints, Ints]:
    """How each case ends, and after how many failed visits."""
    n, rates, dice = len(reason), scene.rates, scene.dice
    weight = np.array([rates.reason_weights.get(word.name, 1.0) for word in Reason])
    share = np.array([rates.reason_shares.get(word.name, 0.0) for word in Reason])
    weight = weight / (weight * share).sum() * share.sum()
    recovery = np.array([rates.response_bands[name][1] for name in BANDS])
    is_recovered = dice.chance(np.minimum(recovery[band] * weight[reason], 0.97), n)
    others = rates.other_endings
    ends = np.array([int(End.rto), *(int(End[name]) for name in others)])
    otherwise = ends[dice.pick([1 - sum(others.values()), *others.values()], n)]
    fate = np.where(is_recovered, int(End.delivered), otherwise)

    after = (
        np.where(is_recovered, dice.pick(rates.recovered_after, n), dice.pick(rates.returned_after, n)) + 1
    )
    refused = (fate == End.rto) & (reason == Reason.customer_refused)
    after = np.where(refused & dice.chance(rates.refused_returned_at_once, n), 1, after)
    after = np.where((fate != End.rto) & ~is_recovered, dice.pick([0.5, 0.3, 0.2], n) + 1, after)
    # whoever answers late and still gets the parcel must be found before the case closes
    after = np.where(is_recovered & (band == SECOND_DAY), np.maximum(after, 2), after)
    after = np.where(is_recovered & (band == AFTER_48H), np.maximum(after, 3), after)
    heals = is_recovered & dice.chance(rates.healed, n)
    return np.where(heals, int(End.healed), fate), after
