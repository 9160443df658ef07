"""What the oracle expects of the published tables for one AWB.

Owns: column names of the contract. Refuses: rules.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.oracle.facts import Row, instant, ist_date
from tests.oracle.instructions import Instruction
from tests.oracle.machine import HANDED_OVER, LifeState
from tests.oracle.told import Told, lives_told_of
from tests.oracle.verdicts import Verdict, fault_of, tab_of

Tables = dict[str, list[Row]]


def expected(rows: list[tuple[str, Row]], as_of: str) -> Tables:
    """Kind of row -> rows, of one AWB's (feed, row) pairs in any order."""
    now = instant(as_of)
    assert now is not None
    found: Tables = {"shipments": [], "cases": [], "attempts": [], "cycles": [], "instructions": []}
    for told in lives_told_of(rows, now):
        state = told.state
        found["shipments"].append(_shipment(state))
        found["attempts"] += _attempts(state)
        found["cases"] += [_case(told)] if state.cycles else []
        found["cycles"] += _cycles(state)
        found["instructions"] += map(_instruction, told.instructions, told.verdicts)
    return found


def _shipment(state: LifeState) -> Row:
    return {
        "epoch": state.life.epoch,
        "order_id": state.life.manifest.get("order_id"),
        "first_ofd_at": state.visits.first_ofd_at,
        "first_ndr_at": state.cycles[0].opened_at if state.cycles else None,
        "shipment_outcome": state.outcome,
        "delivered_at": state.delivered_at,
    }


def _attempts(state: LifeState) -> list[Row]:
    return [
        {
            "epoch": state.life.epoch,
            "attempt_number": number,
            "opened_at": attempt.opened_at,
            "closed_at": attempt.closed_at,
            "result": attempt.result,
            "reason_bucket": attempt.reason,
            "restated_reason": attempt.restated,
            "is_without_ofd": attempt.is_without_ofd,
            "sightings": attempt.sightings,
        }
        for number, attempt in enumerate(state.visits.attempts, start=1)
    ]


def _cycles(state: LifeState) -> list[Row]:
    return [
        {
            "epoch": state.life.epoch,
            "cycle_number": number,
            "opened_at": cycle.opened_at,
            "closed_at": cycle.closed_at,
            "reason_bucket": cycle.reason,
            "result": cycle.result,
        }
        for number, cycle in enumerate(state.cycles, start=1)
    ]


def _case(told: Told) -> Row:
    state = told.state
    first = state.cycles[0]
    return {
        "epoch": state.life.epoch,
        "order_id": state.life.manifest.get("order_id"),
        "first_ndr_at": first.opened_at,
        "ndr_week": _monday(first.opened_at),
        "reason_bucket": first.reason,
        "attempts": sum(attempt.is_counted for attempt in state.visits.attempts),
        "cycles": len(state.cycles),
        "stage": told.stage[0],
        "stage_reason": told.stage[1],
        "shipment_outcome": state.outcome,
        "closed_at": state.closed_at,
        "is_recovered": state.outcome == "delivered",
        "is_rto_reversed": state.is_return_reversed and state.outcome in HANDED_OVER,
        "is_delivery_reversed": state.is_delivery_reversed,
        "tracking_status": [scan.status for scan in state.life.scans if scan.status != "reverse"][-1],
    }


def _monday(at: datetime) -> date:
    day = ist_date(at)
    return day - timedelta(days=day.weekday())


def _instruction(one: Instruction, verdict: Verdict) -> Row:
    outcome, reason, decided_at = verdict
    return {
        "source": one.source,
        "action": one.action,
        "instructed_at": one.given_at,
        "cycle_number": one.cycle,
        "requested_on": one.requested_on,
        "window_start": one.window[0],
        "window_end": one.window[1],
        "submission": one.submission.state,
        "submission_reason": one.submission.reason,
        "accepted_at": one.accepted_at,
        "outcome": outcome,
        "outcome_reason": reason,
        "fault": fault_of(outcome, reason),
        "decided_at": decided_at,
        "tab": tab_of(one.submission.state, outcome),
    }
