"""How news of a scan comes: late, twice, on the wrong day of an airway bill, or by a file with bare dates.

Every function takes the rows of a block's scans (columns as in `Record.scans`) and gives rows of the same kind;
`received_at` is when a row is learnt, `seen` is above zero for a second sight of the same scan.
"""

from __future__ import annotations

import numpy as np

from simulator.clock import DAY, HOUR, IST_SECONDS, MINUTE, Bools, Ints, day_of, instant
from simulator.codes import GENERIC, Phrasebook
from simulator.record import Columns
from simulator.scene import Scene
from simulator.words import NONE, Status


def take(rows: Columns, places: Ints | Bools) -> Columns:
    """Some of the rows."""
    return {name: values[places] for name, values in rows.items()}


def add(rows: Columns, more: Columns) -> Columns:
    """The rows and more rows."""
    return {name: np.concatenate([values, more[name]]) for name, values in rows.items()}


def stray_returns(scene: Scene, scans: Columns, taken_from: Ints) -> Columns:
    """A courier scans some parcels home once more when their airway bill already has its next parcel."""
    lives, dice = scene.lives, scene.dice
    heir_of = np.full(len(lives), NONE)
    heirs = np.flatnonzero(taken_from >= 0)
    heir_of[taken_from[heirs]] = heirs
    came_home = (scans["status"] == Status.rto_delivered) & (heir_of[scans["life"]] >= 0)
    stray = take(scans, np.flatnonzero(came_home & dice.chance(0.3, len(came_home))))
    after = dice.between(20, 2 * MINUTE, len(stray["life"]))  # before the next parcel's first scan
    stray["at"] = lives.manifested_at[heir_of[stray["life"]]] + after
    return add(scans, stray)


def arrive(scene: Scene, rows: Columns, until: int) -> None:
    """Give rows their `received_at`: seconds after the fact, for some minutes, hours or days; dates next morning.

    Of the news that would come after `until` most comes in time after all, so that also in a world of few days the
    rows are few whose truth is not known yet.
    """
    rates, dice, n = scene.rates, scene.dice, len(rows["at"])
    lag = dice.rng.exponential(40, n).astype(np.int64) + 2
    lag += np.where(dice.chance(0.05, n), dice.between(2 * MINUTE, 9 * MINUTE, n), 0)
    delay = np.where(dice.chance(rates.late_hours, n), dice.between(1 * HOUR, 12 * HOUR, n), 0)
    delay += np.where(dice.chance(rates.late_days, n), dice.between(1 * DAY, 4 * DAY, n), 0)
    hurried = (rows["at"] + lag + delay > until) & dice.chance(0.75, n)
    lag += np.where(hurried, 0, delay)
    next_morning = instant(day_of(rows["at"]) + 1, dice.between(5 * HOUR, 6 * HOUR, n))
    rows["received_at"] = np.where(rows["is_dated"], next_morning, rows["at"] + lag)
    rows["seen"] = np.zeros(n, np.int64)


def seen_twice(scene: Scene, rows: Columns, phrases: Phrasebook) -> Columns:
    """Add what push and poll both tell: later in the same minute and in other words, or the same row once more.

    The poll of a courier that speaks canonical words leaves out the reason now and then; the push has it.
    """
    dice, n = scene.dice, len(rows["at"])
    copies = take(rows, np.flatnonzero(dice.chance(scene.rates.duplicated, n)))
    n = len(copies["at"])
    reworded = dice.chance(0.6, n)
    left_in_minute = MINUTE - (copies["at"] + IST_SECONDS) % MINUTE
    copies["at"] = copies["at"] + np.where(reworded, dice.between(0, MINUTE - 1, n) % left_in_minute, 0)
    copies["seen"] = reworded.astype(np.int64)
    copies["received_at"] = copies["received_at"] + dice.between(1 * MINUTE, 3 * HOUR, n)
    voice = scene.lives.voice[copies["life"]]
    terse = reworded & (voice == phrases.voices.index(GENERIC)) & dice.chance(0.3, n)
    unexplained = phrases.say(voice, copies["status"], np.full(n, NONE), dice.between(0, 0, n))
    copies["phrase"] = np.where(terse, unexplained, copies["phrase"])
    return add(rows, copies)


def by_date(scene: Scene, rows: Columns, phrases: Phrasebook) -> tuple[Columns, Columns]:
    """The timed rows, and those of a file with bare dates: what only it tells, and failures that it tells again.

    A courier that says two things by one code (Delhivery's Pending) would be taken at one word where a bare date
    and a time meet on a day; there the timed row, a hub's, says no more than in transit.
    """
    is_dated = rows["is_dated"].astype(np.bool_)
    day = day_of(rows["at"])
    code = phrases.codes["native_code"].rank("dense").to_numpy().astype(np.int64)[rows["phrase"]]
    said = (rows["life"] * 100_000 + day) * 10_000 + code
    failed = (rows["status"] == Status.failed_delivery) & ~is_dated
    _, which, times = np.unique(said, return_inverse=True, return_counts=True)
    again = np.flatnonzero(failed & (times[which] == 1))
    again = again[scene.dice.chance(scene.rates.in_mis, len(again))]
    dated = take(rows, np.concatenate([np.flatnonzero(is_dated), again]))
    dated["received_at"] = np.maximum(dated["received_at"], instant(day_of(dated["at"]) + 1, 6 * HOUR))

    hub = np.flatnonzero(~is_dated & np.isin(said, said[is_dated]))
    timed = {name: values.copy() for name, values in rows.items()}
    moving = np.full(len(hub), Status.in_transit)
    timed["status"][hub] = moving
    voice = scene.lives.voice[rows["life"][hub]]
    timed["phrase"][hub] = phrases.say(voice, moving, np.full(len(hub), NONE), np.zeros(len(hub), np.int64))
    return take(timed, ~is_dated), dated


def received(scene: Scene, rows: Columns, until: int) -> Columns:
    """What has come by `until`, in no order."""
    return take(rows, scene.dice.rng.permutation(np.flatnonzero(rows["received_at"] <= until)))
