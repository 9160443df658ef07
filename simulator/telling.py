"""How the story of a block is told: the scans as couriers send them, in their own codes, with the news disturbed.

News comes seconds to minutes after the fact, some of it hours or days late, some twice (push and poll: another
second of the same minute, other words), some never, and in no order. A file with bare dates tells a few failures
once more, and a few for the only time. What is not received by `until` is left out, and its parcel is marked.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from simulator import people
from simulator.clock import DAY, HOUR, MINUTE, Dice, Ints, day_of, instant
from simulator.codes import AGGREGATORS, GENERIC, Phrasebook
from simulator.frames import at_utc, awbs, words
from simulator.rates import Rates
from simulator.record import Columns
from simulator.scene import Scene
from simulator.shipments import Lives
from simulator.words import Place, Reason, Status

REMARKS = {
    # said beside a failure by people at doors; each means the reason it stands under and nothing else
    Reason.customer_unavailable: "Customer not available at address",
    Reason.address_issue: "Address incomplete",
    Reason.customer_refused: "Customer refused to accept",
    Reason.phone_unreachable: "Phone not reachable",
    Reason.premises_closed: "Premises closed",
}
UNKNOWN_CODE = "ZX-417"


def settle_couriers(scene: Scene, scans: Columns, phrases: Phrasebook) -> None:
    """Settle in whose codes each parcel is told of: its courier's, an aggregator's, or `generic`'s canonical words."""
    lives, rates, dice = scene.lives, scene.rates, scene.dice
    generic = phrases.couriers.index(GENERIC)
    booked = dice.pick([1 - 2 * rates.aggregated, rates.aggregated, rates.aggregated], len(lives))
    voices = [phrases.voices.index(name) for name in AGGREGATORS]
    wish = np.where(booked == 0, lives.courier, np.array([0, *voices])[booked])
    wish = np.where(lives.courier == generic, generic, wish)
    lives.voice = np.full(len(lives), generic)
    mapped = scans["status"] != Status.unmapped
    life, status, reason = (scans[name][mapped] for name in ("life", "status", "reason"))
    for voice in (np.full(len(lives), voices[0]), lives.courier, wish):
        untold = np.zeros(len(lives), np.bool_)
        untold[life[~phrases.covers(voice[life], status, reason)]] = True
        lives.voice = np.where(untold, lives.voice, voice)
    lives.courier = np.where(lives.voice == generic, generic, lives.courier)


def lose_news(scene: Scene, scans: Columns, cases: Ints) -> None:
    """For some cases the scan that ends them is never sent; their truth is unknowable."""
    lives, rates, dice = scene.lives, scene.rates, scene.dice
    chosen = np.zeros(len(lives), np.bool_)
    chosen[cases[dice.chance(rates.never_sent, len(cases))]] = True
    lost = chosen[scans["life"]] & scans["is_final"].astype(np.bool_)
    scans["is_sent"] = scans["is_sent"].astype(np.bool_) & ~lost
    lives.is_unknowable[scans["life"][lost]] = True


def send_scans(
    scene: Scene, scans: Columns, phrases: Phrasebook, until: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of the scans feed, and those of the file with bare dates, that are received by `until`."""
    lives, rates, dice = scene.lives, scene.rates, scene.dice
    happened = scans["is_sent"].astype(np.bool_) & (scans["at"] <= until)
    rows = {name: values[happened] for name, values in scans.items()}
    n = len(rows["at"])
    is_dated = rows["is_dated"].astype(np.bool_)
    voice = lives.voice[rows["life"]]
    rows["phrase"] = phrases.say(voice, rows["status"], rows["reason"], dice.between(0, 999, n))
    lag = dice.rng.exponential(40, n).astype(np.int64) + 2
    lag += np.where(dice.chance(0.05, n), dice.between(2 * MINUTE, 9 * MINUTE, n), 0)
    lag += np.where(dice.chance(rates.late_hours, n), dice.between(1 * HOUR, 12 * HOUR, n), 0)
    lag += np.where(dice.chance(rates.late_days, n), dice.between(1 * DAY, 4 * DAY, n), 0)
    next_morning = instant(day_of(rows["at"]) + 1, dice.between(5 * HOUR, 6 * HOUR, n))
    rows["received_at"] = np.where(is_dated, next_morning, rows["at"] + lag)
    rows["seen"] = np.zeros(n, np.int64)
    lives.is_unknowable[rows["life"][rows["received_at"] > until]] = True

    failed = (rows["status"] == Status.failed_delivery) & ~is_dated
    day = day_of(rows["at"])
    _, inverse, counts = np.unique(
        rows["life"][failed] * 100_000 + day[failed], return_inverse=True, return_counts=True
    )
    alone = np.flatnonzero(failed)[counts[inverse] == 1]
    in_mis = alone[dice.chance(rates.in_mis, len(alone))]
    mis = {name: values[np.concatenate([np.flatnonzero(is_dated), in_mis])] for name, values in rows.items()}
    mis["received_at"] = np.maximum(mis["received_at"], instant(day_of(mis["at"]) + 1, 6 * HOUR))

    timed = {name: values[~is_dated] for name, values in rows.items()}
    timed = _seen_twice(timed, rates, dice)
    return (
        _frame(lives, _received(timed, until, dice), phrases, dated=False),
        _frame(lives, _received(mis, until, dice), phrases, dated=True),
    )


def _seen_twice(rows: Columns, rates: Rates, dice: Dice) -> Columns:
    """Add what push and poll both tell: later in the same minute, in other words, or the same row once more."""
    twice = np.flatnonzero(dice.chance(rates.duplicated, len(rows["at"])))
    copies = {name: values[twice] for name, values in rows.items()}
    second = (copies["at"] + 19800) % MINUTE
    reworded = dice.chance(0.6, len(twice))
    copies["at"] = copies["at"] + np.where(
        reworded, dice.between(0, MINUTE - 1, len(twice)) % (MINUTE - second), 0
    )
    copies["seen"] = np.where(reworded, 1, 0)
    copies["received_at"] = copies["received_at"] + dice.between(1 * MINUTE, 3 * HOUR, len(twice))
    return {name: np.concatenate([values, copies[name]]) for name, values in rows.items()}


def _received(rows: Columns, until: int, dice: Dice) -> Columns:
    """What has come by `until`, in no order."""
    known = np.flatnonzero(rows["received_at"] <= until)
    order = dice.rng.permutation(known)
    return {name: values[order] for name, values in rows.items()}


def _frame(lives: Lives, rows: Columns, phrases: Phrasebook, *, dated: bool) -> pl.DataFrame:
    """The rows as a frame of the scans feed; `scanned_at` is a date in words where `dated`."""
    life, status, place = rows["life"], rows["status"], rows["place"]
    destinations, origins = people.pincodes()
    at_home = np.isin(place, (Place.doorstep, Place.destination))
    known = (place != Place.hub) & (at_home | (place == Place.origin))
    spot = np.where(at_home, lives.home[life], len(destinations) + lives.origin[life])
    places = pl.concat([destinations, origins])
    pincode = (
        places["pincode"]
        .gather(spot)
        .zip_with(pl.Series(known), pl.repeat(None, len(life), dtype=pl.String, eager=True))
    )
    said = phrases.codes[rows["phrase"]]
    unmapped = pl.Series(status == Status.unmapped)
    remark = words([REMARKS.get(reason, "") for reason in Reason], rows["reason"])
    remark = remark.str.to_uppercase().zip_with(pl.Series(rows["seen"] > 0), remark)
    frame = pl.DataFrame(
        {
            "courier": pl.Series(phrases.couriers).gather(lives.courier[life]),
            "awb": awbs(lives).gather(life),
            "scanned_at": at_utc(rows["at"]),
            "native_code": said["native_code"],
            "native_text": said["native_text"],
            "reason_code": said["reason_code"],
            "reason_text": said["reason_text"],
            "attempt_number": pl.Series(rows["number"]).cast(pl.Int32),
            "location": places["district"].gather(spot),
            "pincode": pincode,
            "remark": remark,
            "via": phrases.via(lives.voice[life]),
            "leg": words(["forward", "return"], rows["leg"]),
            "received_at": at_utc(rows["received_at"]),
        }
    ).with_columns(
        pl.when(unmapped).then(pl.lit(UNKNOWN_CODE)).otherwise("native_code").alias("native_code"),
        pl.when(unmapped).then(pl.lit(None)).otherwise("native_text").alias("native_text"),
        pl.when(unmapped).then(pl.lit(None)).otherwise("reason_code").alias("reason_code"),
        pl.when(pl.col("attempt_number") > 0).then("attempt_number"),
        pl.when(pl.col("remark") != "").then("remark"),
    )
    if dated:
        return frame.with_columns(
            pl.Series("scanned_at", day_of(rows["at"])).cast(pl.Int32).cast(pl.Date).cast(pl.String)
        )
    return frame
