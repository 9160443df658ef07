"""The truth of a block's instructions at `until`: what was sent, and what became of it.

A null `outcome_reason` is no claim: the contract has no word for it there.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from simulator.asking import REFUSALS
from simulator.clock import day_of
from simulator.frames import at_utc, dates, times, words
from simulator.truth import Account, last_by
from simulator.words import COURIERS_FAULT, NONE, Action, Source, Submission, Verdict, Why, names


def instructions(account: Account) -> pl.DataFrame:
    """fct_instructions: every instruction given by `until`, its submission and its outcome."""
    lives, record, until = account.lives, account.record, account.until
    given, submissions, verdicts = (
        record.instructions.columns(),
        record.submissions.columns(),
        record.verdicts.columns(),
    )
    n = len(given["given_at"])
    sent, judged = (last_by(rows, "instruction", n, until) for rows in (submissions, verdicts))
    which = np.flatnonzero(given["given_at"] <= until)
    life, sent, judged = given["life"][which], sent[which], judged[which]
    submission, verdict, why = (
        submissions["submission"][sent],
        verdicts["verdict"][judged],
        verdicts["why"][judged],
    )
    reattempt = given["action"][which] == Action.reattempt
    live = verdict == Verdict.live
    overdue = live & reattempt & (day_of(until) > given["day"][which])
    courier, customer = np.isin(why, list(COURIERS_FAULT)) | overdue, why == Why.customer_unavailable
    blamed = overdue | np.isin(verdict, (Verdict.not_honoured, Verdict.sla_breached))
    spelt = [*names(Verdict), "pending"]
    outcome = np.select([overdue, live], [int(Verdict.not_honoured), len(Verdict)], verdict)
    reason = words(
        [*names(Why), "overdue", "awaiting_attempt"],
        np.select([overdue, live & reattempt, why == Why.unworded], [len(Why), len(Why) + 1, NONE], why),
    )
    return pl.DataFrame(
        {
            **account.key(life),
            "cycle_number": pl.Series(given["cycle"][which]).cast(pl.Int32),
            "source": words(names(Source), given["source"][which]),
            "action": words(names(Action), given["action"][which]),
            "instructed_at": at_utc(given["given_at"][which]),
            "requested_on": dates(given["day"][which]),
            "window_start": times(given["window_start"][which]),
            "window_end": times(given["window_end"][which]),
            "submission": words(names(Submission), submission),
            "submission_reason": words(
                REFUSALS, np.where(submission == Submission.failed, submissions["reason"][sent], NONE)
            ),
            "accepted_at": at_utc(submissions["accepted_at"][sent]),
            "outcome": words(spelt, outcome),
            "outcome_reason": reason,
            "fault": words(
                ["courier", "customer", "none"],
                np.where(blamed, np.select([courier, customer], [0, 1], 2), NONE),
            ),
            "is_unknowable": pl.Series(lives.is_unknowable[life]),
        }
    )
