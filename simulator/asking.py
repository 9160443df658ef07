"""Instructions: given by customers, agents, rules or by default, sent to couriers, and answered.

Every function writes the instruction and the scenario's account of its submission; what becomes of it in the end
is `moves`' part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.clock import MINUTE, Bools, Ints
from simulator.scene import Scene
from simulator.words import NONE, Reason, Source, Submission, Verdict, Why

ACCEPTED, REJECTED, UNKNOWN = 0, 1, 2
"""Results of a submission."""

REFUSALS = [
    "ineligible_status",
    "attempts_exhausted",
    "invalid_request",
    "unauthorised",
    "expired",
    "unsupported",
    "already_delivered",
    "already_rto",
]
ALREADY_DELIVERED, ALREADY_RTO = 6, 7


@dataclass
class Wish:
    """What is asked for in a cycle: by whom, which action, for which IST day, in which window (minutes of the
    day); NONE where nothing is said. `says_day` is false where the feedback leaves the day to the rule."""

    cycle: int
    source: Any
    action: Any
    day: Any = NONE
    says_day: Any = True
    window_start: Any = NONE
    window_end: Any = NONE
    has_details: Any = False


def give(scene: Scene, life: Ints, at: Ints, wish: Wish) -> Ints:
    """Instructions given at an instant; returns their numbers. Nothing is sent yet."""
    record, n = scene.record, len(life)
    in_feed = np.broadcast_to(np.asarray(wish.source) <= Source.operations, life.shape)
    given = record.instructions.add(n, life=life, given_at=at, in_feed=in_feed, **vars(wish))
    record.submissions.add(n, instruction=given, at=at, submission=Submission.pending)
    record.judge(given, at, Verdict.not_applicable)
    return given


def send(
    scene: Scene, given: Ints, at: Ints, result: int, *, reason: Any = NONE, is_judged: bool = True
) -> Ints:
    """Send instructions given at `at` within minutes; returns when they are answered."""
    return _send(scene, given, at, result, reason=reason, is_judged=is_judged)[1]


def _send(
    scene: Scene, given: Ints, at: Ints, result: int, *, reason: Any = NONE, is_judged: bool = True
) -> tuple[Ints, Ints]:
    n, record = len(given), scene.record
    submitted = at + scene.dice.between(5, 90, n)
    responded = submitted + scene.dice.between(1, 90, n)
    rows = record.sendings.add(
        n, instruction=given, submitted_at=submitted, responded_at=responded, result=result, reason=reason
    )
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


def send_twice(scene: Scene, given: Ints, at: Ints) -> Ints:
    """No clear answer at first, then accepted under an action id of its own; returns when."""
    unclear = send(scene, given, at, UNKNOWN)
    return send(scene, given, unclear + scene.dice.between(3 * MINUTE, 8 * MINUTE, len(given)), ACCEPTED)


def send_and_lose(scene: Scene, given: Ints, at: Ints) -> None:
    """Accepted, and taken back under the same action id half an hour later."""
    n, record = len(given), scene.record
    rows, accepted = _send(scene, given, at, ACCEPTED)
    taken_back = accepted + scene.dice.between(20 * MINUTE, 40 * MINUTE, n)
    refusal = scene.dice.between(0, 2, n)
    record.sendings.add(
        n,
        instruction=given,
        version_of=rows,
        submitted_at=record.sendings.columns()["submitted_at"][rows],
        responded_at=taken_back,
        result=REJECTED,
        reason=refusal,
    )
    record.submissions.add(n, instruction=given, at=taken_back, submission=Submission.failed, reason=refusal)
    record.judge(given, taken_back, Verdict.not_applicable)


def leave_unsent(scene: Scene, given: Ints) -> None:
    """Never sent. Without a row of feedback the tool's own row, empty, is all that tells of the instruction."""
    silent = ~scene.record.instructions.columns()["in_feed"][given].astype(np.bool_)
    scene.record.sendings.add(int(silent.sum()), instruction=given[silent])


def supersede(scene: Scene, given: Ints, at: Ints, why: Why = Why.newer_instruction) -> None:
    """From `at` another instruction stands in the place of these."""
    scene.record.judge(given, at, Verdict.superseded, why)


def contact(scene: Scene, life: Ints, at: Ints) -> None:
    """Reach customers at an instant: a message, or a call by an agent; some are called once more in vain."""
    record, dice = scene.record, scene.dice
    by_message = dice.chance(0.7, len(life))
    record.messages.add(int(by_message.sum()), life=life[by_message], sent_at=at[by_message])
    called, called_at = life[~by_message], at[~by_message]
    call_outcome = dice.pick([0.55, 0.25, 0.1, 0.1], len(called))
    record.calls.add(len(called), life=called, at=called_at, call_outcome=call_outcome)
    again = np.flatnonzero(dice.chance(0.2, len(called)))
    again_at = called_at[again] + dice.between(20, 90, len(again)) * MINUTE
    call_outcome = dice.pick([0, 0.6, 0.2, 0.2], len(again))
    record.calls.add(len(again), life=called[again], at=again_at, call_outcome=call_outcome)


def sources(scene: Scene, reached: Bools) -> Ints:
    """Who gives an instruction: of the reached the customer or an agent, of the rest a default or a rule."""
    n, dice = len(reached), scene.dice
    by_customer = dice.chance(scene.rates.customer_source, n)
    personal = np.where(by_customer, int(Source.customer), int(Source.operations))
    return np.where(reached, personal, np.where(dice.chance(1 / 3, n), int(Source.rule), int(Source.default)))


def asks_for_details(scene: Scene, source: Ints, reason: Ints) -> Bools:
    """Customers with an address or a number at fault who correct it instead of naming a day."""
    at_fault = (reason == Reason.address_issue) | (reason == Reason.invalid_number)
    corrects: Bools = (source == Source.customer) & at_fault & scene.dice.chance(0.5, len(source))
    return corrects
