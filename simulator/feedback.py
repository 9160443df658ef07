"""What people say of a failed parcel, as seen at `until`: customers' answers and agents' entries."""

from __future__ import annotations

import numpy as np
import polars as pl

from simulator import people
from simulator.feeds import Telling
from simulator.frames import at_utc, dates, times, words
from simulator.words import NONE, Action, Source, names

CALL_OUTCOMES = ["picked", "ringing", "busy", "switched_off", "wrong_number"]


def customer_feedback(told: Telling) -> pl.DataFrame:
    """Customers' answers received by `until`; parcels with one on its way are marked as unknowable."""
    dice, until = told.dice, told.until
    given, answers = told.record.instructions.columns(), told.record.answers.columns()
    mine = np.flatnonzero((given["source"] == Source.customer) & (given["action"] <= Action.mark_delivered))
    life = np.concatenate([given["life"][mine], answers["life"]])
    at = np.concatenate([given["given_at"][mine], answers["at"]])
    response = np.where(given["has_details"][mine].astype(np.bool_), 3, given["action"][mine])
    response = np.concatenate([response, np.full(len(answers["at"]), 4)])
    blank = np.full(len(answers["at"]), NONE)
    day = np.concatenate(
        [np.where(given["says_day"][mine].astype(np.bool_), given["day"][mine], NONE), blank]
    )
    start, end = (np.concatenate([given[name][mine], blank]) for name in ("window_start", "window_end"))
    received = at + dice.between(1, 20, len(at))
    told.lives.is_unknowable[life[(at <= until) & (received > until)]] = True
    frame = pl.DataFrame(
        {
            **told.of(life),
            "responded_at": at_utc(at),
            "channel": words(["tracking_page", "whatsapp", "ivr"], dice.pick([0.55, 0.35, 0.1], len(at))),
            "response": words(
                ["reattempt", "refuse", "already_delivered", "update_details", "other"], response
            ),
            "requested_on": dates(day),
            "window_start": times(start),
            "window_end": times(end),
            "landmark": words(
                ["Opposite the water tank", "Behind the temple", "Near the bus stand"],
                np.where(response == 3, at % 3, NONE),
            ),
            "text": words(["When will it come?"], np.where(response == 4, 0, NONE)),
            "received_at": at_utc(received),
        }
    )
    return told.shuffled(frame.filter(pl.Series(received <= until)))


def ops_feedback(told: Telling) -> pl.DataFrame:
    """Agents' entries made by `until`: instructions, holds, claims, and calls."""
    until = told.until
    given, calls = told.record.instructions.columns(), told.record.calls.columns()
    mine = np.flatnonzero(given["source"] == Source.operations)
    n, m = len(mine), len(calls["at"])
    life = np.concatenate([given["life"][mine], calls["life"]])
    at = np.concatenate([given["given_at"][mine], calls["at"]])
    follow_up = len(Action)
    entry = np.concatenate([given["action"][mine], np.full(m, follow_up)])
    blank = np.full(m, NONE)
    says = given["says_day"][mine].astype(np.bool_)
    frame = pl.DataFrame(
        {
            **told.of(life),
            "acted_at": at_utc(at),
            "agent": words(people.AGENTS, told.lives.customer[life] % len(people.AGENTS)),
            "entry": words([*names(Action), "follow_up"], entry),
            "call_outcome": words(CALL_OUTCOMES, np.concatenate([np.full(n, NONE), calls["call_outcome"]])),
            "call_id": told.ids("call", np.arange(n + m)).set(pl.Series(entry != follow_up), None),
            "requested_on": dates(np.concatenate([np.where(says, given["day"][mine], NONE), blank])),
            "window_start": times(np.concatenate([given["window_start"][mine], blank])),
            "window_end": times(np.concatenate([given["window_end"][mine], blank])),
        }
    )
    return told.shuffled(frame.filter(pl.Series(at <= until)))
