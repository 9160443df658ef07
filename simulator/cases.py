"""The cases of a block, and where each stands in its story.

A fate (`fates`) comes first; `turns` and `moves` then make each cycle lead there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import visits
from simulator.clock import DAY, HOUR, MINUTE, NEVER, Bools, Ints, instant
from simulator.fates import AFTER_48H, BANDS, NEXT_DAY, NOBODY, SECOND_DAY, End, draw_fates
from simulator.journeys import FirstFailures
from simulator.scene import Scene
from simulator.words import NONE, Outcome, Reason


@dataclass
class Cases:
    """The cases of a block, and where each stands in its story. Days are IST day numbers.

    `counted` are the real visits so far; `live`, `live_day`, `live_counted` and `live_external` are an accepted
    instruction that no visit has decided yet, the day it asks for, the real visits when it was accepted, and
    whether force majeure came since; `judged` and `judged_day` one that the last failure decided, and its day.
    `contact_at` is when the customer was first reached.
    """

    scene: Scene
    life: Ints
    fate: Ints
    cycles: Ints
    band: Ints
    is_dated: Bools
    first_failed_at: Ints
    failed_at: Ints
    day: Ints
    reason: Ints
    counted: Ints
    settled_at: Ints
    contact_at: Ints
    live: Ints
    live_day: Ints
    live_counted: Ints
    live_external: Bools
    judged: Ints
    judged_day: Ints

    def __len__(self) -> int:
        return len(self.life)


def open_cases(scene: Scene, failures: FirstFailures) -> Cases:
    """Draw the fates and write the first failures."""
    n, dice, bands = len(failures.life), scene.dice, scene.rates.response_bands
    band = dice.pick([bands[name][0] for name in BANDS], n)
    is_dated = dice.chance(scene.rates.dated, n) & ((band == NEXT_DAY) | (band == NOBODY))
    is_dated &= ~scene.lives.is_without_ofd[
        failures.life
    ]  # a failure next morning must not look like the same one
    fate, cycles = draw_fates(scene, failures.reason, band)
    at = np.where(is_dated, instant(failures.day, DAY - 1), instant(failures.day, dice.visit(n)))
    cases = Cases(
        scene=scene,
        life=failures.life,
        fate=np.where(is_dated & (fate == End.healed), End.delivered, fate),
        cycles=cycles,
        band=band,
        is_dated=is_dated,
        first_failed_at=at,
        failed_at=at.copy(),
        day=failures.day.copy(),
        reason=failures.reason.copy(),
        counted=np.zeros(n, np.int64),
        settled_at=np.full(n, NEVER),
        contact_at=np.full(n, NEVER),
        live=np.full(n, NONE),
        live_day=np.full(n, NONE),
        live_counted=np.zeros(n, np.int64),
        live_external=np.zeros(n, np.bool_),
        judged=np.full(n, NONE),
        judged_day=np.full(n, NONE),
    )
    everyone, may_mend = np.arange(n), np.ones(n, np.bool_)
    fail_again(
        cases, everyone, 1, at, opened_at=failures.opened_at, reason=failures.reason, may_mend=may_mend
    )
    return cases


def fail_again(
    cases: Cases, who: Ints, cycle: int, at: Ints, *, opened_at: Ints, reason: Ints, may_mend: Bools
) -> None:
    """The visit fails and opens a cycle: scans, account, second tellings, and for some a delivery hours later."""
    scene, life, n = cases.scene, cases.life[who], len(who)
    is_real = reason != Reason.not_attempted
    cases.counted[who] += is_real
    number = np.where(scene.lives.is_numbered[life] & is_real, cases.counted[who], 0)
    heals = (cases.cycles[who] == cycle) & (cases.fate[who] == End.healed)
    is_dated = cases.is_dated[who] & (cycle == 1)
    settled_at = np.where(heals, at + scene.dice.between(60 * MINUTE, 180 * MINUTE, n), NEVER)
    told = visits.repeats(scene, at, reason, may=~heals & ~is_dated, may_mend=may_mend)
    cases.counted[who] += ~is_real & (told[0] < NEVER)
    visits.fail(scene, life, visits.Failure(at, opened_at, reason, number, is_dated, settled_at, *told))
    delivered = np.full(int(heals.sum()), Outcome.delivered)
    visits.scan_delivered(scene, life[heals], settled_at[heals], number=number[heals], outcome=delivered)
    cases.failed_at[who] = at
    cases.settled_at[who] = settled_at
    cases.reason[who] = reason


def reach(cases: Cases, who: Ints, cycle: int, end: Ints) -> Ints:
    """When the customer is reached in this cycle (NEVER: not); the first time by the case's response band."""
    n, dice = len(who), cases.scene.dice
    failed, day, band = cases.failed_at[who], cases.day[who], cases.band[who]
    first, is_known = cases.first_failed_at[who], cases.contact_at[who] < NEVER
    soon = failed + dice.between(5 * MINUTE, 25 * MINUTE, n)
    low, high = np.array([2, 31, 121]) * MINUTE, np.array([28, 115, 215]) * MINUTE
    quick = failed + dice.between(low[np.minimum(band, 2)], high[np.minimum(band, 2)], n)
    morning = instant(day + 1, dice.between(int(6.25 * HOUR), 7 * HOUR, n))
    at = np.where(is_known & dice.chance(0.8, n), soon, NEVER)
    at = np.where((cycle == 1) & (band < NEXT_DAY), quick, at)
    at = np.where((cycle == 1) & (band == NEXT_DAY), morning, at)
    for late, hours in ((SECOND_DAY, 24.2), (AFTER_48H, 48.2)):
        waited = np.maximum(first + int(hours * HOUR) + dice.between(0, HOUR, n), soon)
        is_last_wait = (cases.cycles[who] == cycle) & (end == End.rto)
        in_evening = waited <= instant(day, 22 * HOUR)
        at = np.where(~is_known & (band == late) & (in_evening | is_last_wait), waited, at)
    at = np.where(at < cases.settled_at[who], at, NEVER)
    newly = (at < NEVER) & ~is_known
    cases.contact_at[who[newly]] = at[newly]
    return at


def is_waiting(cases: Cases, who: Ints) -> Bools:
    """Cases whose customer is reached only on the second day or later and has not been yet."""
    late = (cases.band[who] == SECOND_DAY) | (cases.band[who] == AFTER_48H)
    waiting: Bools = late & (cases.contact_at[who] == NEVER)
    return waiting
