"""How far is what was asked of the courier: On its way, Processed, Mailed, as pills of which one is where it stands.

Owns: the words of each step. The outbox is newer than the build; without a word of it the case's stage speaks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dashboards import blocks, formats, words
from dashboards.blocks import Html, esc, pill
from dashboards.entering.entries import Told
from dashboards.tables import Record
from dashboards.views import on_its_way
from settings import IST

_STEPS = ("On its way", "Processed", "Mailed")
#: What the outbox says of an order that is not settled.
_PROCESSED = {
    "sending": "being sent",
    "processing": "the courier has it and works on it",
    "unknown": "not known whether the courier took it; it is being read back",
}


def progress(
    case: Mapping[str, Any],
    told: Sequence[Told],
    orders: Sequence[Record],
    asked: Sequence[Record],
    *,
    name: str,
    build_at: datetime,
    now: datetime,
) -> Html:
    """The pills, and a sentence on the step that it is at; nothing where nothing is asked of the courier. `orders`: the
    outbox's, `asked`: the instructions, newest first; `build_at`: as_of of the build."""
    step, said = where(case, told, orders, asked, name=name, build_at=build_at, now=now)
    if not step:
        return Html("")
    if step == "Refused":
        return Html(f"<p>{pill(step, 'red')} {esc(said)}</p>")
    place = _STEPS.index(step)
    tones = {0: "orange", 1: "blue", 2: "green"}
    pills = [
        pill(each, tones[place] if number == place else "grey" if number < place else "grey faint")
        for number, each in enumerate(_STEPS)
    ]
    return Html(
        f'<p class="steps">{blocks.joined(pills, " → ")}<br><span class="small">{esc(said)}</span></p>'
    )


def where(
    case: Mapping[str, Any],
    told: Sequence[Told],
    orders: Sequence[Record],
    asked: Sequence[Record],
    *,
    name: str,
    build_at: datetime,
    now: datetime,
) -> tuple[str, str]:
    """The step and its sentence; both empty where nothing is asked of the courier."""
    if on_its_way.decision(told) is not None:
        return "On its way", "Kept; the warehouse decides in about half a minute what the courier is told."
    order = next((row for row in reversed(orders) if row["state"] != "withdrawn"), None)
    is_settled = order is not None and order["state"] in ("accepted", "rejected")
    if order is not None and not (is_settled and order["changed_at"] <= build_at):
        return _ordered(order, name, now)
    if case["stage"] == "processed":
        return "Processed", "Waits for the courier: see the page Actions for when it goes out."
    if case["stage"] == "mailed":
        accepted = next((row for row in asked if row["submission"] == "submitted"), None)
        return "Mailed", _mailed(accepted or {}, name, now)
    return "", ""


def _ordered(order: Record, name: str, now: datetime) -> tuple[str, str]:
    state = order["state"]
    if state == "accepted":
        return "Mailed", _mailed(order, name, now)
    if state == "rejected":
        reason = order["reason"] or ""
        return (
            "Refused",
            f"{name}: {words.plain(reason, words.REFUSALS).lower()}. {words.NEXT_STEPS.get(reason, '')}",
        )
    if state in _PROCESSED:
        return "Processed", f"{words.plain(order['action'], words.ACTIONS)}: {_PROCESSED[state]}."
    at = max(order["release_at"], order["next_at"])
    when = "at the next round" if at <= now else formats.moment(at, now)
    return (
        "Processed",
        f"{words.plain(order['action'], words.ACTIONS)} waits for the courier: goes out {when}.",
    )


def _mailed(row: Mapping[str, Any], name: str, now: datetime) -> str:
    on = row.get("requested_on")
    day = date.fromisoformat(on) if isinstance(on, str) else on
    comes = (
        f", comes {formats.day(day, now.astimezone(IST).date())}"
        if day and row.get("action") != "rto"
        else ""
    )
    return f"{name} accepted{comes}."
