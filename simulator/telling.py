"""How the story of a block is told: the scans as couriers send them, in the codes of whoever it was booked with.

Some scans never come; what is not received by `until` is left out, and its parcel is marked as unknowable.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from simulator import disturbances, places
from simulator.clock import Ints, day_of
from simulator.codes import AGGREGATORS, GENERIC, Phrasebook
from simulator.frames import at_utc, awbs, words
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
    rows = disturbances.take(scans, scans["is_sent"].astype(np.bool_) & (scans["at"] <= until))
    voice, chance = scene.lives.voice[rows["life"]], scene.dice.between(0, 999, len(rows["life"]))
    rows["phrase"] = phrases.say(voice, rows["status"], rows["reason"], chance)
    disturbances.arrive(scene, rows, until)
    scene.lives.is_unknowable[rows["life"][rows["received_at"] > until]] = True
    timed, dated = disturbances.by_date(scene, rows, phrases)
    timed = disturbances.seen_twice(scene, timed, phrases)
    timed, dated = (disturbances.received(scene, told, until) for told in (timed, dated))
    dates = pl.Series("scanned_at", day_of(dated["at"])).cast(pl.Int32).cast(pl.Date).cast(pl.String)
    return _frame(scene.lives, timed, phrases), _frame(scene.lives, dated, phrases).with_columns(dates)


def _frame(lives: Lives, rows: Columns, phrases: Phrasebook) -> pl.DataFrame:
    """The rows as a frame of the scans feed."""
    life, status, place = rows["life"], rows["status"], rows["place"]
    destinations, origins = places.pincodes()
    at_home = np.isin(place, (Place.doorstep, Place.destination))
    known = (place != Place.hub) & (at_home | (place == Place.origin))
    spot = np.where(at_home, lives.home[life], len(destinations) + lives.origin[life])
    everywhere = pl.concat([destinations, origins])
    pincode = (
        everywhere["pincode"]
        .gather(spot)
        .zip_with(pl.Series(known), pl.repeat(None, len(life), dtype=pl.String, eager=True))
    )
    said = phrases.codes[rows["phrase"]]
    unmapped = pl.Series(status == Status.unmapped)
    remark = words([REMARKS.get(reason, "") for reason in Reason], rows["reason"])
    remark = remark.str.to_uppercase().zip_with(pl.Series(rows["seen"] > 0), remark)
    return pl.DataFrame(
        {
            "courier": pl.Series(phrases.couriers).gather(lives.courier[life]),
            "awb": awbs(lives).gather(life),
            "scanned_at": at_utc(rows["at"]),
            "native_code": said["native_code"],
            "native_text": said["native_text"],
            "reason_code": said["reason_code"],
            "reason_text": said["reason_text"],
            "attempt_number": pl.Series(rows["number"]).cast(pl.Int32),
            "location": everywhere["district"].gather(spot),
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
