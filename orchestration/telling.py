"""How `ndr case` prints a story: the facts as a table, the verdicts below it, instants in IST.

Refuses: to read and to judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table

from orchestration.story import Life, Story
from settings import IST

_MISSING = "·"
_LATE_MINUTES = 15


def tell(story: Story, out: TextIO) -> None:
    """Print the story; as wide as its content where the output is no terminal."""
    console = Console(file=out, markup=False, highlight=False, width=None if out.isatty() else 10_000)
    console.print(f"As of {_time(story.as_of)} IST")
    for life in story.lives:
        for line in _facts(life):
            console.print(line)
        if life.case:
            console.print(_events(life.events))
            for line in _verdicts(life.instructions):
                console.print(line)


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
    if case["advice"]:
        yield f"next: {case['advice']}; decide by {_time(case['deadline_at'])}"


def _events(events: list[dict[str, Any]]) -> Table:
    table = Table("Fact", "Happened", "Learnt", "Who", "What", title="What happened", title_justify="left")
    for event in events:
        happened = event["occurred_at"]
        when = f"{happened.astimezone(IST):%d %b %Y}" if event["is_date_only"] else _time(happened)
        learnt = _time(event["received_at"]) + _late(event["learnt_after_minutes"])
        table.add_row(event["event_id"], when, learnt, _plain(event["lane"]), event["summary"])
    return table


def _verdicts(instructions: list[dict[str, Any]]) -> Iterator[str]:
    yield ""
    yield "What was asked, and how it was judged" if instructions else "Nothing was asked of the courier."
    for one in instructions:
        day = f" for {one['requested_on']:%d %b %Y}" if one["requested_on"] else ""
        accepted = _time(one["accepted_at"]) if one["accepted_at"] else _plain(one["submission_reason"])
        fault = f", fault: {one['fault']}" if one["fault"] else ""
        decided = f", decided {_time(one['decided_at'])}" if one["decided_at"] else ""
        yield ""
        yield f"{_time(one['instructed_at'])} {_plain(one['source'])}: {_plain(one['action'])}{day}"
        yield f"  courier   {_plain(one['submission'])} {accepted}"
        yield f"  judged    {_plain(one['outcome'])}{fault}{decided}"
        yield f"  rule      {one['judged_by'] or _MISSING}"
        if one["max_attempts"] is not None:
            yield f"  owed      {_owed(one)}"
        yield f"  proof     {one['proof'] or _MISSING}"


def _owed(one: dict[str, Any]) -> str:
    """The courier's maximum and notice period in force, where they come from, and what it had done of it."""
    whose = "its own rule" if one["sla_rule_of"] == "courier" else "the rule for all couriers"
    since = (
        f" since {one['sla_rule_begins_at'].astimezone(IST):%d %b %Y}" if one["sla_rule_begins_at"] else ""
    )
    return (
        f"{one['max_attempts']} attempts, {one['notice_minutes']} min of notice ({whose}{since}); "
        f"made {one['attempts_before']} by then"
    )


def _late(minutes: float | None) -> str:
    """How much later it was learnt, from a quarter of an hour on."""
    if minutes is None or minutes < _LATE_MINUTES:
        return ""
    return f" ({minutes / 60:.0f} h later)" if minutes >= 60 else f" ({minutes:.0f} min later)"


def _time(instant: datetime | None) -> str:
    return f"{instant.astimezone(IST):%d %b %Y %H:%M}" if instant else _MISSING


def _plain(word: str | None) -> str:
    return word.replace("_", " ") if word else _MISSING
