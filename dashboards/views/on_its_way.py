"""What people entered and the published build does not hold yet: in the timeline's words, and counted.

Owns: the overlay of entries on the facts of a build. Refuses: to guess what the warehouse will make of them: stage,
judgements and queue stay those of the build. Phones and addresses stand in the customer's panel alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dashboards import formats, words
from dashboards.blocks import Html, esc, pill
from dashboards.entering.decisions import DECISIONS, called
from dashboards.entering.entries import Parcel, Told
from dashboards.tables import Record
from settings import IST

HINT = "Kept; in the warehouse in about half a minute"
_CORRECTIONS = {"new_phone": "new phone", "new_address": "new address", "new_pincode": "new pincode",
                "landmark": "new landmark"}  # fmt: skip


def waiting(told: Sequence[Told]) -> list[Told]:
    """Those that the build does not hold yet, but for what only says something of another entry."""
    return [entry for entry in told if entry["is_waiting"] and entry["kind"] not in words.ABOUT_OTHERS]


def standing(told: Sequence[Told]) -> list[Told]:
    """Those that wait and were not taken back."""
    return [entry for entry in waiting(told) if not entry.get("is_taken_back")]


def mark() -> Html:
    """The pill of whatever is not in the build yet."""
    return pill("On its way", "orange", HINT)


def summary(entry: Told) -> str:
    """The sentence that the warehouse will have for it."""
    if entry["source"] == "customer":
        return words.plain(entry["kind"], words.RESPONSES)
    call = entry["content"].get("call_outcome")
    told = words.plain(entry["kind"], words.ENTRIES, words.ABOUT_OTHERS)
    told += f": {words.CALLS.get(call, call)}" if call else ""
    return f"Taken back: {told}" if entry.get("is_taken_back") else told


def asked(entry: Told, now: datetime) -> str:
    """When and with which corrections the courier shall come; which ones, not what they are."""
    content = entry["content"]
    on = content.get("requested_on")
    when = formats.visit(
        date.fromisoformat(on) if on else None, content.get("window_start"), content.get("window_end"),
        now.astimezone(IST).date(),
    )  # fmt: skip
    return ", ".join(
        [*filter(None, [when]), *(name for key, name in _CORRECTIONS.items() if content.get(key))]
    )


def who(entry: Told) -> str:
    """The agent's name, or that it was the customer."""
    return entry["author"] or words.LANES[entry["source"]]


def events(told: Sequence[Told], now: datetime) -> list[Record]:
    """Entries that wait, as rows of the timeline, newest first."""
    return [
        {
            "event_id": f"e{entry['id']}",
            "occurred_at": entry["given_at"],
            "received_at": entry["received_at"],
            "learnt_after_minutes": None,
            "lane": entry["source"],
            "kind": entry["kind"],
            "summary": summary(entry),
            "text": _said(entry),
            "on_its_way": "; ".join(filter(None, [asked(entry, now), entry["author"]])),
        }
        for entry in reversed(waiting(told))
    ]


def _said(entry: Told) -> str | None:
    said: str | None = entry["content"].get("remark") or entry["content"].get("text")
    return said


def with_calls(case: Record, told: Sequence[Told]) -> dict[str, Any]:
    """The case with the calls that wait added to its follow-ups, of the latest cycle and in all."""
    calls = [entry for entry in waiting(told) if entry["source"] == "operations" and called(entry["content"])]
    since = case.get("last_failed_at")
    fresh = [entry for entry in calls if case["cycles"] == 1 or since is None or entry["given_at"] >= since]
    return {
        **case,
        "follow_ups": case["follow_ups"] + _number(calls),
        "cycle_follow_ups": case["cycle_follow_ups"] + _number(fresh),
        "has_customer_feedback": case["has_customer_feedback"] or _has(told, "customer"),
        "has_ops_feedback": case["has_ops_feedback"] or _has(told, "operations"),
        "on_its_way": len(standing(told)),
    }


def on_rows(rows: Sequence[Record], told: Mapping[Parcel, Sequence[Told]] | None) -> list[dict[str, Any]]:
    """Rows of the queue with what waits; as they are when the ledger cannot be read."""
    return [with_calls(row, (told or {}).get((row["courier"], row["awb"]), [])) for row in rows]


def _number(calls: Sequence[Told]) -> int:
    return len({entry["content"].get("call_id") or entry["id"] for entry in calls})


def _has(told: Sequence[Told], source: str) -> bool:
    return any(entry["source"] == source for entry in waiting(told))


def with_corrections(case: Mapping[str, Any], told: Sequence[Told]) -> dict[str, Any]:
    """The case with the last phone, address, pincode and landmark that wait."""
    found = {
        key: entry["content"][key]
        for entry in standing(told)
        for key in _CORRECTIONS
        if entry["content"].get(key)
    }
    return {**case, **found}


def decision(told: Sequence[Told]) -> Told | None:
    """The last entry that waits and wants something of the courier; an answer of the customer is one."""
    wanted = [
        entry for entry in standing(told) if entry["source"] == "customer" or entry["kind"] in DECISIONS
    ]
    return wanted[-1] if wanted else None


def came_in(entries: Sequence[Told], now: datetime) -> Html:
    """What somebody else entered, newest first, each in a line."""
    lines = []
    for entry in reversed(entries):
        details = "; ".join(filter(None, [asked(entry, now), _quoted(entry)]))
        lines.append(
            f"<li><b>{esc(who(entry))}</b>, {esc(formats.moment(entry['given_at'], now))}: "
            f"{esc(summary(entry))}{esc(f' ({details})' if details else '')}</li>"
        )
    return Html(f"<ul>{''.join(lines)}</ul>")


def _quoted(entry: Told) -> str:
    said = _said(entry)
    return f"“{said}”" if said else ""
