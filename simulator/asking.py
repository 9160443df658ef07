"""Instructions: given by customers, agents, rules or by default, sent to couriers, and answered.

Every function writes the instruction and the scenario's account of its submission; what becomes of it in the end
is `moves`' part.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.clock import MINUTE, Bools, Dice, Ints
from simulator.record import Record
from simulator.words import NONE, Reason, Source, Submission, Verdict, Why

ACCEPTED, REJECTED, UNKNOWN = 0, 1, 2
"""Results of a submission."""

REFUSALS = ["ineligible_status", "attempts_exhausted", "invalid_request", "unauthorised", "expired", "unsupported",
            "already_delivered", "already_rto"]  # fmt: skip
ALREADY_DELIVERED, ALREADY_RTO = 6, 7


def give(record: Record, life: Ints, cycle: int, source: Any, action: Any, at: Ints, day: Any = NONE, *,
         says_day: Any = True, window_start: Any = NONE, window_end: Any = NONE, has_details: Any = False) -> Ints:  # fmt: skip
    """Instructions given at an instant for a day; returns their numbers. Nothing is sent yet."""
    in_feed = np.broadcast_to(np.asarray(source) <= Source.operations, life.shape)
    given = record.instructions.add(
        len(life), life=life, cycle=cycle, source=source, action=action, given_at=at, day=day, says_day=says_day,
        window_start=window_start, window_end=window_end, in_feed=in_feed, has_details=has_details,
    )  # fmt: skip
    record.submissions.add(len(life), instruction=given, at=at, submission=Submission.pending)
    record.judge(given, at, Verdict.not_applicable)
    return given


def send(record: Record, given: Ints, at: Ints, result: int, dice: Dice, *, reason: Any = NONE, version_of: Any = NONE,
         is_judged: bool = True) -> tuple[Ints, Ints]:  # fmt: skip
    """Send instructions given at `at` within minutes; returns the rows of the feed and the instants of the answers."""
    n = len(given)
    submitted = at + dice.between(5, 90, n)
    responded = submitted + dice.between(1, 90, n)
    rows = record.sendings.add(n, instruction=given, version_of=version_of, submitted_at=submitted,
                               responded_at=responded, result=result, reason=reason)  # fmt: skip
    record.submissions.add(n, instruction=given, at=submitted, submission=Submission.unknown)
    if result == ACCEPTED:
        record.submissions.add(
            n, instruction=given, at=responded, submission=Submission.submitted, accepted_at=responded
        )
        if is_judged:
            record.judge(given, responded, Verdict.live)
    elif result == REJECTED:
        record.submissions.add(
            n, instruction=given, at=responded, submission=Submission.failed, reason=reason
        )
    return rows, responded


def send_twice(record: Record, given: Ints, at: Ints, dice: Dice) -> Ints:
    """No clear answer at first, then accepted under an action id of its own; returns when."""
    _, unclear = send(record, given, at, UNKNOWN, dice)
    return send(record, given, unclear + dice.between(3 * MINUTE, 8 * MINUTE, len(given)), ACCEPTED, dice)[1]


def send_and_lose(record: Record, given: Ints, at: Ints, dice: Dice) -> None:
    """Accepted, and taken back under the same action id half an hour later."""
    n = len(given)
    rows, accepted = send(record, given, at, ACCEPTED, dice)
    taken_back = accepted + dice.between(20 * MINUTE, 40 * MINUTE, n)
    columns = record.sendings.columns()
    refusal = dice.between(0, 2, n)
    record.sendings.add(n, instruction=given, version_of=rows, submitted_at=columns["submitted_at"][rows],
                        responded_at=taken_back, result=REJECTED, reason=refusal)  # fmt: skip
    record.submissions.add(n, instruction=given, at=taken_back, submission=Submission.failed, reason=refusal)
    record.judge(given, taken_back, Verdict.not_applicable)


def leave_unsent(record: Record, given: Ints) -> None:
    """Never sent. Without a row of feedback the tool's own row, empty, is all that tells of the instruction."""
    silent = ~record.instructions.columns()["in_feed"][given].astype(np.bool_)
    record.sendings.add(int(silent.sum()), instruction=given[silent])


def supersede(record: Record, given: Ints, at: Ints, why: Why = Why.newer_instruction) -> None:
    """From `at` another instruction stands in the place of these."""
    record.judge(given, at, Verdict.superseded, why)


def contact(record: Record, life: Ints, at: Ints, dice: Dice) -> None:
    """Reach customers at an instant: a message, or a call by an agent; some are called once more in vain."""
    by_message = dice.chance(0.7, len(life))
    record.messages.add(int(by_message.sum()), life=life[by_message], sent_at=at[by_message])
    called, called_at = life[~by_message], at[~by_message]
    record.calls.add(
        len(called), life=called, at=called_at, call_outcome=dice.pick([0.55, 0.25, 0.1, 0.1], len(called))
    )
    again = np.flatnonzero(dice.chance(0.2, len(called)))
    record.calls.add(len(again), life=called[again], at=called_at[again] + dice.between(20, 90, len(again)) * MINUTE,
                     call_outcome=dice.pick([0, 0.6, 0.2, 0.2], len(again)))  # fmt: skip


def sources(reached: Bools, customer_share: float, dice: Dice) -> Ints:
    """Who gives an instruction: of the reached the customer or an agent, of the rest a default or a rule."""
    n = len(reached)
    personal = np.where(dice.chance(customer_share, n), int(Source.customer), int(Source.operations))
    return np.where(reached, personal, np.where(dice.chance(1 / 3, n), int(Source.rule), int(Source.default)))


def asks_for_details(source: Ints, reason: Ints, dice: Dice) -> Bools:
    """Customers with an address or a number at fault who correct it instead of naming a day."""
    at_fault = (reason == Reason.address_issue) | (reason == Reason.invalid_number)
    corrects: Bools = (source == Source.customer) & at_fault & dice.chance(0.5, len(source))
    return corrects
