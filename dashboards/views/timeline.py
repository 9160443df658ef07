"""The timeline of a case: newest day first, one lane colour and one word for each speaker.

Owns: courier blue, customer red, operations green, system grey; the word and the icon stand beside the
colour. Refuses: choosing events, and trusting their texts, which are escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from itertools import chain, groupby
from typing import Any

from dashboards import formats, words
from dashboards.blocks import Html, pill
from dashboards.tables import Record
from dashboards.views.on_its_way import mark
from settings import IST

LANE_TONES = {"courier": "blue", "customer": "red", "operations": "green", "system": "grey"}
_ICONS = {
    "courier": '<path d="M3 7h11v9H3zM14 10h4l3 3v3h-7zM7 16.5v3M17 16.5v3"/>',
    "customer": '<circle cx="12" cy="8" r="4"/><path d="M4 21c1-5 4-7 8-7s7 2 8 7"/>',
    "operations": '<path d="M4 14v-2a8 8 0 0 1 16 0v2M4 13h3v6H4zM17 13h3v6h-3z"/>',
    "system": '<circle cx="12" cy="12" r="4"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3"/>',
}
LATE_MINUTES = 15
"""What was learnt so much later than it happened says so."""


def _icon(lane: str) -> str:
    tone = LANE_TONES.get(lane, "grey")
    return f'<span class="mark {tone}"><svg viewBox="0 0 24 24" aria-hidden="true">{_ICONS.get(lane, "")}</svg></span>'


def legend() -> Html:
    """The four lanes with their colours."""
    return Html(
        '<div class="legend">'
        + " ".join(pill(words.LANES[lane], tone) for lane, tone in LANE_TONES.items())
        + "</div>"
    )


def merged(*groups: Sequence[Record]) -> list[Record]:
    """Groups of events as one, newest first."""
    return sorted(chain(*groups), key=lambda event: event["occurred_at"], reverse=True)


def timeline(events: Sequence[Record], now: datetime, proves: Mapping[str, str] | None = None) -> Html:
    """Events, newest first, under the name of their IST day; `proves` says of an event_id what it decided. An event
    with `on_its_way` (what it asks, and who entered it) is not in the build yet."""
    today = now.astimezone(IST).date()
    parts = []
    for day, group in groupby(
        _told_once(events), key=lambda event: event["occurred_at"].astimezone(IST).date()
    ):
        parts.append(f"<h4>{escape(f'{day:%A}, {formats.day(day, today)}')}</h4>")
        parts.extend(_event(event, proves or {}) for event in group)
    return Html(f'<div class="timeline">{legend()}{"".join(parts)}</div>')


def _told_once(events: Sequence[Record]) -> list[dict[str, Any]]:
    """Scans of one meaning in one minute as one line, unless they name other reasons: a courier may push in other codes
    than it answers in. The line says what was learnt first, and stands for the `event_ids` of all."""
    lines: list[dict[str, Any]] = []
    scans: dict[tuple[datetime, str], dict[str, Any]] = {}
    for event in events:
        line = {**event, "event_ids": [event["event_id"]]}
        if event["lane"] == "courier":
            key = (event["occurred_at"].replace(second=0, microsecond=0), event["kind"])
            same = scans.setdefault(key, line)
            if same is not line and _says_as_much(same["summary"], line["summary"]):
                _take_in(same, line)
                continue
        lines.append(line)
    return lines


def _says_as_much(one: str | None, other: str | None) -> bool:
    short, long = sorted((one or "", other or ""), key=len)
    return long.startswith(short)


def _take_in(line: dict[str, Any], again: Record) -> None:
    first = min(line, again, key=lambda one: one["received_at"])
    line |= {
        **{name: first[name] for name in ("occurred_at", "received_at", "learnt_after_minutes")},
        "summary": max((line["summary"] or "", again["summary"] or ""), key=len),
        "text": line["text"] or again["text"],
        "event_ids": line["event_ids"] + again["event_ids"],
    }


def later(minutes: float | None) -> str:
    """ "learnt 3 h later", or nothing where it came at once or has no minutes."""
    return f"learnt {formats.duration(minutes)} later" if minutes and minutes >= LATE_MINUTES else ""


def _event(event: Record, proves: Mapping[str, str]) -> str:
    at, lane = event["occurred_at"], event["lane"]
    clock = "" if formats.is_date_only(at) else f"{at.astimezone(IST):%H:%M}"
    told = event["summary"] or words.plain(event["kind"], words.STATUSES)
    said = f'<div class="small">“{escape(event["text"])}”</div>' if event.get("text") else ""
    delay = later(event["learnt_after_minutes"])
    late = (
        f'<div class="late-news" title="{formats.full(event["received_at"])}">{delay}</div>' if delay else ""
    )
    waits = (
        f'<div class="late-news">{mark()} {escape(event["on_its_way"])}</div>'
        if "on_its_way" in event
        else ""
    )
    decided = dict.fromkeys(proves[one] for one in event["event_ids"] if one in proves)
    proof = "".join(f'<div class="muted small">decides: {escape(what)}</div>' for what in decided)
    ids = escape(" ".join(event["event_ids"]))
    return (
        f'<div class="event lane-{escape(lane)}{" waiting" if waits else ""}" data-event="{ids}">'
        f'<time title="{formats.full(at)}">{clock}</time>{_icon(lane)}'
        f'<div class="body"><span class="lane">{escape(words.plain(lane, words.LANES))}</span>'
        f"<div>{escape(told)}</div>{said}{late}{waits}{proof}</div></div>"
    )
