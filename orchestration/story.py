"""The story of one parcel for `ndr case`: each fact, when it happened, when we learnt it, which rule judged it.

Reads the published analysts' file, so nothing personal is in it. Instants are printed in IST; an AWB that was used
again has a story for each of its lives. Refuses: to judge; the words of the rules are those of the models' seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import duckdb
from rich.console import Console
from rich.table import Table

from orchestration.errors import QueryError
from orchestration.query import open_published
from settings import IST, PROJECT_DIR

_RULES = PROJECT_DIR / "dbt_project" / "seeds" / "outcome_reasons.csv"
_MISSING = "·"

_LIVES = """
select shipment_id, epoch, shipment_outcome, manifested_at, order_id, payment_mode, pincode, city
from dim_shipments where courier = $courier and upper(awb) = upper($awb) order by epoch
"""
_CASE = """
select case_id, stage, stage_reason, reason_bucket, label as reason, first_ndr_at, closed_at, attempts, cycles
from fct_ndr_cases left join dim_reasons using (reason_bucket) where case_id = $id
"""
_EVENTS = """
select event_id, occurred_at, received_at, is_date_only, lane, summary
from fct_case_events where case_id = $id
order by occurred_at, received_at, lane, length(event_id), event_id
"""
# The proof: what happened at the instant on which the verdict stands, and the answer that made the instruction count.
_INSTRUCTIONS = """
with rules as (select * from read_csv($rules))
select i.instructed_at, i.source, i.action, i.requested_on, i.submission, i.submission_reason, i.accepted_at,
    i.outcome, coalesce(r.label, i.outcome_reason) as rule, i.fault, i.decided_at,
    (
        select string_agg(e.event_id, ' ' order by e.occurred_at, e.event_id) from fct_case_events as e
        where e.case_id = i.case_id and e.lane = 'courier' and e.occurred_at in (i.accepted_at, i.decided_at)
    ) as proof
from fct_instructions as i
left join rules as r on i.action = r.action and i.outcome_reason = r.outcome_reason and i.outcome = r.outcome
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
                f"no parcel {awb} of {courier} is known as of {_time(as_of)}; "
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
                    _rows(connection, _INSTRUCTIONS, id=name, rules=str(_RULES)) if case else [],
                )
            )
    return Story(as_of, lives)


def tell(story: Story, out: TextIO) -> None:
    """Print the story; as wide as its content where the output is no terminal."""
    console = Console(file=out, markup=False, highlight=False, width=None if out.isatty() else 10_000)
    console.print(f"As of {_time(story.as_of)} IST")
    for life in story.lives:
        for line in _facts(life):
            console.print(line)
        if life.case:
            console.print(_events(life.events), _instructions(life.instructions))


def _facts(life: Life) -> Iterator[str]:
    shipment, case = life.shipment, life.case
    yield ""
    yield f"{shipment['shipment_id']}: {_plain(shipment['shipment_outcome'])}"
    yield (
        f"order {shipment['order_id'] or 'not known'}, {shipment['payment_mode'] or 'payment not known'}, "
        f"to {shipment['city'] or 'city not known'} {shipment['pincode'] or ''}".rstrip()
    )
    if case is None:
        yield "No delivery has failed, so there is no case."
        return
    closed = f", closed {_time(case['closed_at'])}" if case["closed_at"] else ", open"
    yield (
        f"first failed {_time(case['first_ndr_at'])} ({case['reason'] or _plain(case['reason_bucket'])}), "
        f"attempts {case['attempts']}, failed {case['cycles']}{closed}"
    )
    yield f"stage: {case['stage']} ({_plain(case['stage_reason'])})"


def _events(events: list[dict[str, Any]]) -> Table:
    table = Table("Fact", "Happened", "Learnt", "Who", "What", title="What happened", title_justify="left")
    for event in events:
        happened = event["occurred_at"]
        when = f"{happened.astimezone(IST):%d %b %Y}" if event["is_date_only"] else _time(happened)
        table.add_row(
            event["event_id"], when, _time(event["received_at"]), _plain(event["lane"]), event["summary"]
        )
    return table


def _instructions(instructions: list[dict[str, Any]]) -> Table:
    table = Table(
        "Given", "By", "What", "For the day", "Courier", "Judged", "By the rule", "Fault", "Decided", "Proof",
        title="What was asked, and how it was judged", title_justify="left",
    )  # fmt: skip
    for one in instructions:
        said = _plain(one["submission"]) + (
            f" {_time(one['accepted_at'])}" if one["accepted_at"] else _reason(one["submission_reason"])
        )
        table.add_row(
            _time(one["instructed_at"]), _plain(one["source"]), _plain(one["action"]),
            f"{one['requested_on']:%d %b %Y}" if one["requested_on"] else _MISSING,
            said, _plain(one["outcome"]), one["rule"] or _MISSING, one["fault"] or _MISSING,
            _time(one["decided_at"]), one["proof"] or _MISSING,
        )  # fmt: skip
    return table


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, **parameters: str) -> list[dict[str, Any]]:
    answer = connection.execute(sql, parameters)
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _time(instant: datetime | None) -> str:
    return f"{instant.astimezone(IST):%d %b %Y %H:%M}" if instant else _MISSING


def _plain(word: str | None) -> str:
    return word.replace("_", " ") if word else _MISSING


def _reason(word: str | None) -> str:
    return f" ({_plain(word)})" if word else ""
