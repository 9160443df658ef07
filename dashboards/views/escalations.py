"""One breach on the page: its facts in the words of the pack, the courier's scans, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dashboards import blocks, formats, words
from dashboards.blocks import Html, esc, under, when
from dashboards.packs import facts
from dashboards.tables import Column, Record, table
from dashboards.views import on_its_way
from dashboards.views.breaches import link_to_case, state_pill


def evidence(row: Record, scans: Sequence[Record], courier: str, now: datetime) -> Html:
    """What proves the breach: the four sections of its pack, and the scans."""
    sections = [
        blocks.panel(heading, blocks.facts({name: esc(value) for name, value in pairs.items() if value}))
        for heading, pairs in facts.sections(row, courier).items()
    ]
    columns = [
        Column("Scanned", lambda scan: when(scan["scanned_at"], now)),
        Column(
            "Courier's code",
            lambda scan: under(esc(scan["native_code"]), esc(scan["native_reason_code"] or "")),
        ),
        Column("In words", lambda scan: esc(scan["summary"])),
        Column("Place", lambda scan: esc(scan["location"] or formats.NOTHING)),
        Column("Leg", lambda scan: esc(scan["leg"])),
        Column("Learnt", lambda scan: when(scan["received_at"], now)),
    ]
    told = table(scans, columns, "sla_breaches", {}) if scans else esc("No scan of these days is known.")
    head = f'<h3 class="heading">{esc(facts.title(row, courier))}</h3><p>{link_to_case(row)} {state_pill(row)}</p>'
    note = blocks.noted("What the courier scanned", facts.PRIVACY, told)
    return Html(f'{head}<div class="panels even">{blocks.joined(sections)}</div>{note}')


def history(steps: Sequence[Mapping[str, Any]], now: datetime) -> Html:
    """The steps of the escalation, newest first; who entered each, its reference and its words."""
    if not steps:
        return Html("")
    lines = []
    for step in reversed(steps):
        content = step["content"]
        said = " · ".join(filter(None, [content.get("reference"), content.get("text")]))
        lines.append(
            f"<li><b>{esc(words.plain(content.get('step'), words.ESCALATIONS))}</b> "
            f"{esc(formats.moment(step['given_at'], now))}, {esc(step['author'])}"
            f"{esc(f': {said}') if said else ''} {on_its_way.mark() if step['is_waiting'] else ''}</li>"
        )
    return blocks.panel("What became of it", Html(f"<ul>{''.join(lines)}</ul>"))
