"""The feeds of parcels, of instructions sent to couriers and of messages, as they are known at `until`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator import people, places
from simulator.asking import ACCEPTED, REFUSALS
from simulator.clock import NEVER, Dice, Ints, day_of
from simulator.codes import Phrasebook
from simulator.frames import at_utc, awbs, dates, ids, times, words
from simulator.record import Record
from simulator.shipments import Lives
from simulator.words import NONE, Action, Source, names

RESULTS = ["accepted", "rejected", "unknown"]
MESSAGE_CHANNELS = ["whatsapp", "sms"]


@dataclass(frozen=True)
class Telling:
    """A block to be told of: its parcels and record, and the instant at which the world is seen (UTC seconds)."""

    lives: Lives
    phrases: Phrasebook
    record: Record
    dice: Dice
    until: int

    def of(self, life: Ints) -> dict[str, pl.Series]:
        """The key columns of facts about parcels."""
        return {
            "courier": pl.Series(self.phrases.couriers).gather(self.lives.courier[life]),
            "awb": awbs(self.lives).gather(life),
        }

    def ids(self, prefix: str, number: Ints) -> pl.Series:
        """Identifiers that are unique in the world: of the block, by its first parcel, and of the row."""
        return ids(f"{prefix}{int(self.lives.number[0])}-", number)

    def shuffled(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows in no order."""
        return frame[self.dice.rng.permutation(frame.height)]


def shipments(told: Telling) -> pl.DataFrame:
    """The shipments feed of a block."""
    lives, phrases = told.lives, told.phrases
    destinations, origins = places.pincodes()
    home, brand = lives.home, lives.brand
    district = destinations["district"].gather(home)
    goods = people.BRANDS
    ordered = pl.DataFrame(
        {
            "courier": pl.Series(phrases.couriers).gather(lives.courier),
            "awb": awbs(lives),
            "order_id": ids("ORD", lives.number),
            "manifested_at": at_utc(lives.manifested_at),
            "payment_mode": words(["PREPAID", "COD"], lives.is_cod.astype(np.int64)),
            "order_value": pl.Series(lives.value).cast(pl.Decimal(12, 2)),
            "brand": words([row[0] for row in goods], brand),
            "product_category": words([row[1] for row in goods], brand),
            "weight_grams": pl.Series(
                np.array([row[4] for row in goods])[brand] + lives.number % 5 * 50
            ).cast(pl.Int32),
        }
    )
    lived = pl.DataFrame(
        {
            "city": district,
            "state": destinations["state"].gather(home),
            "pincode": destinations["pincode"].gather(home),
            "origin_pincode": origins["pincode"].gather(lives.origin),
            "promised_on": dates(day_of(lives.manifested_at) + 5),
            "via": phrases.via(lives.voice),
        }
    )
    return pl.concat([ordered, people.customers(lives.customer, district), lived], how="horizontal")


def courier_actions(told: Telling) -> pl.DataFrame:
    """What was sent to couriers and answered by `until`; the rest of a row that is not known yet is empty."""
    until = told.until
    given, sent = told.record.instructions.columns(), told.record.sendings.columns()
    which = sent["instruction"]
    version, is_told = sent["version_of"], given["in_feed"][which].astype(np.bool_)
    first_row = np.zeros(len(which), np.bool_)
    first_row[np.unique(which, return_index=True)[1]] = True
    visible = (given["given_at"][which] <= until) & ((sent["submitted_at"] <= until) | (~is_told & first_row))
    visible &= (version < 0) | (sent["responded_at"] <= until)
    answered = sent["responded_at"] <= until
    number = np.where(version < 0, np.arange(len(which)), version)
    frame = pl.DataFrame(
        {
            "action_id": told.ids("act", number),
            **told.of(given["life"][which]),
            "action": words(names(Action), given["action"][which]),
            "source": words(names(Source), given["source"][which]),
            "instructed_at": at_utc(given["given_at"][which]),
            "requested_on": dates(given["day"][which]),
            "window_start": times(given["window_start"][which]),
            "window_end": times(given["window_end"][which]),
            "submitted_at": at_utc(sent["submitted_at"], until),
            "responded_at": at_utc(sent["responded_at"], until),
            "result": words(RESULTS, np.where(answered, sent["result"], NONE)),
            "result_reason": words(REFUSALS, np.where(answered, sent["reason"], NONE)),
            "courier_reference": ids("REF", number).set(
                pl.Series(~answered | (sent["result"] != ACCEPTED)), None
            ),
        }
    )
    return told.shuffled(frame.filter(pl.Series(visible)))


def messages(told: Telling) -> pl.DataFrame:
    """Messages sent by `until`; WhatsApp, and an SMS a quarter of an hour after one that did not arrive."""
    dice, until = told.dice, told.until
    sent = told.record.messages.columns()
    n = len(sent["sent_at"])
    failed = np.flatnonzero(dice.chance(0.08, n))
    life = np.concatenate([sent["life"], sent["life"][failed]])
    at = np.concatenate([sent["sent_at"], sent["sent_at"][failed] + 15 * 60])
    is_sms = np.arange(len(life)) >= n
    has_failed = np.zeros(len(life), np.bool_)
    has_failed[failed] = True
    accepted = at + dice.between(1, 8, len(life))
    delivered = np.where(has_failed, NEVER, accepted + dice.between(1, 120, len(life)))
    read = np.where(
        dice.chance(0.6, len(life)) & ~is_sms & ~has_failed,
        delivered + dice.between(30, 7200, len(life)),
        NEVER,
    )
    frame = pl.DataFrame(
        {
            "message_id": told.ids("msg", np.arange(len(life))),
            **told.of(life),
            "channel": words(MESSAGE_CHANNELS, is_sms.astype(np.int64)),
            "template": words(["reattempt_offer"], np.zeros(len(life), np.int64)),
            "sent_at": at_utc(at),
            "accepted_at": at_utc(accepted, until),
            "delivered_at": at_utc(delivered, until),
            "read_at": at_utc(read, until),
            "failed_at": at_utc(np.where(has_failed, accepted + 30, NEVER), until),
            "failure_reason": words(
                ["not_on_whatsapp"], np.where(has_failed & (accepted + 30 <= until), 0, NONE)
            ),
        }
    )
    return told.shuffled(frame.filter(pl.Series(at <= until)))
