"""What the oracle expects of the published tables for one AWB.

Owns: column names of the contract. Refuses: rules; they are in machine.py, lives.py and facts.py.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tests.oracle.facts import Row, instant, ist_date, known_scans
from tests.oracle.instructions import Instruction, instructions_of
from tests.oracle.lives import Life, lives_of
from tests.oracle.machine import HANDED_OVER, LifeState, state_of
from tests.oracle.verdicts import Judge, cycle_of, fault_of, tab_of

Tables = dict[str, list[Row]]
_HAPPENED = {
    "customer_feedback": "responded_at",
    "ops_feedback": "acted_at",
    "courier_actions": "instructed_at",
    "messages": "sent_at",
}


def expected(rows: list[tuple[str, Row]], as_of: str) -> Tables:
    """Kind of row -> rows, of one AWB's (feed, row) pairs in any order."""
    found: Tables = {"shipments": [], "cases": [], "attempts": [], "cycles": []}
    lives = states(rows, as_of)
    for state in lives:
        _add(found, state.life, state)
    found["instructions"] = _instructions(rows, lives, as_of)
    return found


def are_judged(rows: list[tuple[str, Row]], as_of: str) -> bool:
    """Whether the oracle judges the instructions: several of one life only within one cycle, none at once."""
    for state, told in given(rows, states(rows, as_of), as_of):
        orders = [instruction.order for instruction in told]
        is_one_cycle = all(cycle.opened_at <= orders[0][0] for cycle in state.cycles())
        if len(told) > 1 and not (is_one_cycle and len(set(orders)) == len(told)):
            return False
    return True


def given(
    rows: list[tuple[str, Row]], lives: list[LifeState], as_of: str
) -> list[tuple[LifeState, list[Instruction]]]:
    """ "Feedback goes by responded_at or acted_at, courier_actions by instructed_at"."""
    now = instant(as_of)
    assert now is not None
    dealt: dict[int, list[Instruction]] = {}
    for told in instructions_of(_by_feed(rows), now):
        begun = [
            n for n, s in enumerate(lives) if s.life.begins_at is None or s.life.begins_at <= told.given_at
        ]
        dealt.setdefault(max(begun), []).append(told)
    return [(lives[number], told) for number, told in dealt.items()]


def _instructions(rows: list[tuple[str, Row]], lives: list[LifeState], as_of: str) -> list[Row]:
    now = instant(as_of)
    assert now is not None
    return [
        _instruction(state, instruction, [other for other in told if other is not instruction], now)
        for state, told in given(rows, lives, as_of)
        for instruction in told
    ]


def _instruction(state: LifeState, instruction: Instruction, others: list[Instruction], now: datetime) -> Row:
    outcome, reason, decided_at = Judge(state, instruction, others, now).verdict()
    return {
        "source": instruction.source,
        "action": instruction.action,
        "instructed_at": instruction.given_at,
        "cycle_number": cycle_of(state, instruction),
        "requested_on": instruction.requested_on,
        "submission": instruction.submission,
        "submission_reason": instruction.submission_reason,
        "accepted_at": instruction.accepted_at,
        "outcome": outcome,
        "outcome_reason": reason,
        "fault": fault_of(outcome, reason),
        "decided_at": decided_at,
        "tab": tab_of(instruction.submission, outcome),
    }


def states(rows: list[tuple[str, Row]], as_of: str) -> list[LifeState]:
    """The lives of one AWB, each after all that was known by as_of."""
    now = instant(as_of)
    assert now is not None
    feeds = _by_feed(rows)
    scans = known_scans(feeds.get("scans", []), now)
    lives = lives_of(feeds.get("shipments", []), scans, now)
    is_told_of = _is_told_of(feeds, now)
    return [state_of(life) for life in lives if life.manifest or life.scans or is_told_of]


def _by_feed(rows: list[tuple[str, Row]]) -> dict[str, list[Row]]:
    feeds: dict[str, list[Row]] = {}
    for feed, row in rows:
        feeds.setdefault(feed, []).append(row)
    return feeds


def _is_told_of(feeds: dict[str, list[Row]], now: datetime) -> bool:
    """ "An event without a known shipment still makes a shipment": an answer, an entry or an action."""
    for feed, column in _HAPPENED.items():
        for row in feeds.get(feed, []):
            times = [at for at in (instant(row[column]), instant(row.get("received_at"))) if at is not None]
            if max(times) <= now:
                return True
    return False


def _add(found: Tables, life: Life, state: LifeState) -> None:
    cycles = state.cycles()
    first_ndr_at = cycles[0].opened_at if cycles else None
    found["shipments"].append(
        {
            "epoch": life.epoch,
            "order_id": life.manifest.get("order_id"),
            "first_ofd_at": state.first_ofd_at,
            "first_ndr_at": first_ndr_at,
            "shipment_outcome": state.outcome,
            "delivered_at": state.delivered_at,
        }
    )
    if state.first_ofd_at is None and state.is_dispatched_too_late:
        # The page does not say whether a parcel sent out only after its end was ever out for delivery.
        del found["shipments"][-1]["first_ofd_at"]
    for number, attempt in enumerate(state.attempts, start=1):
        found["attempts"].append(
            {
                "epoch": life.epoch,
                "attempt_number": number,
                "opened_at": attempt.opened_at,
                "closed_at": attempt.closed_at,
                "result": attempt.result,
                "reason_bucket": attempt.reason,
                "restated_reason": attempt.restated,
                "is_without_ofd": attempt.is_without_ofd,
                "sightings": attempt.sightings,
            }
        )
    if first_ndr_at is None:
        return
    found["cases"].append(_case(life, state, first_ndr_at))
    for number, cycle in enumerate(cycles, start=1):
        found["cycles"].append(
            {
                "epoch": life.epoch,
                "cycle_number": number,
                "opened_at": cycle.opened_at,
                "closed_at": cycle.closed_at,
                "reason_bucket": cycle.reason,
                "result": cycle.result,
            }
        )


def _case(life: Life, state: LifeState, first_ndr_at: datetime) -> dict[str, Any]:
    cycles = state.cycles()
    return {
        "epoch": life.epoch,
        "order_id": life.manifest.get("order_id"),
        "first_ndr_at": first_ndr_at,
        "reason_bucket": cycles[0].reason,
        "attempts": state.counted_attempts(),
        "cycles": len(cycles),
        "shipment_outcome": state.outcome,
        "closed_at": state.closed_at,
        "is_recovered": state.outcome == "delivered",
        "is_rto_reversed": state.is_return_reversed and state.outcome in HANDED_OVER,
        "is_delivery_reversed": state.is_delivery_reversed,
        "tracking_status": [scan.status for scan in life.scans if scan.status != "reverse"][-1],
        "ndr_week": _monday(first_ndr_at),
    }


def _monday(at: datetime) -> date:
    day = ist_date(at)
    return day - timedelta(days=day.weekday())
