"""The story of one parcel for `ndr case`: each fact, when it happened, when we learnt it, which rule judged it.

Reads a published analysts' file, so nothing personal is in it; an AWB that was used again has a story for each of
its lives. Refuses: to judge; rules, proofs and delays are columns of the models.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import QueryError
from orchestration.query import open_published
from settings import IST

_LIVES = """
select shipment_id, epoch, shipment_outcome, manifested_at, order_id, payment_mode, pincode, city
from dim_shipments where courier = $courier and upper(awb) = upper($awb) order by epoch
"""
_CASE = """
select c.case_id, c.stage, c.stage_reason, c.reason_bucket, r.label as reason, c.first_ndr_at, c.closed_at,
    c.attempts, c.cycles, q.advice, q.deadline_at
from fct_ndr_cases as c left join dim_reasons as r using (reason_bucket)
left join rpt_ndr_queue as q using (case_id) where c.case_id = $id
"""
_EVENTS = """
select event_id, occurred_at, received_at, learnt_after_minutes, is_date_only, lane, summary
from fct_case_events where case_id = $id
order by occurred_at, received_at, lane, length(event_id), event_id
"""
_INSTRUCTIONS = """
with proofs as (
    select instruction_id, string_agg(event_id || ' (' || role || ')', ', ' order by occurred_at, event_id) as proof
    from fct_instruction_proofs join fct_case_events using (case_id, event_id) where case_id = $id group by 1
)
select i.instructed_at, i.source, i.action, i.requested_on, i.submission, i.submission_reason, i.accepted_at,
    i.outcome, i.judged_by, i.fault, i.decided_at, i.attempts_before, i.max_attempts, i.notice_minutes,
    i.sla_rule_of, i.sla_rule_begins_at, p.proof
from fct_instructions as i left join proofs as p using (instruction_id)
where i.case_id = $id order by i.instructed_at, i.instruction_id
"""
_BUILD = "select as_of from rpt_build"


@dataclass(frozen=True)
class Life:
    """One life of the AWB: its row of dim_shipments, and where a delivery failed its case, facts and instructions."""

    shipment: dict[str, Any]
    case: dict[str, Any] | None
    events: list[dict[str, Any]]
    instructions: list[dict[str, Any]]


@dataclass(frozen=True)
class Story:
    """What was published about an AWB, and the instant as of which."""

    as_of: datetime
    lives: list[Life]


def read_story(published: Path, courier: str, awb: str) -> Story:
    """The story of an AWB, in any case of its letters. Raises QueryError when nothing is known of it."""
    with open_published(published) as connection:
        ((as_of,),) = connection.execute(_BUILD).fetchall()
        shipments = _rows(connection, _LIVES, courier=courier.lower(), awb=awb)
        if not shipments:
            raise QueryError(
                f"no parcel {awb} of {courier} is known as of {as_of.astimezone(IST):%d %b %Y %H:%M}; "
                "`ndr courier list` has the couriers' names"
            )
        lives = []
        for shipment in shipments:
            name = shipment["shipment_id"]
            case = next(iter(_rows(connection, _CASE, id=name)), None)
            lives.append(
                Life(
                    shipment,
                    case,
                    _rows(connection, _EVENTS, id=name) if case else [],
                    _rows(connection, _INSTRUCTIONS, id=name) if case else [],
                )
            )
    return Story(as_of, lives)


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, **parameters: str) -> list[dict[str, Any]]:
    answer = connection.execute(sql, parameters)
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
