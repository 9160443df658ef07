"""First line, cards and table of the SLA breaches page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from dashboards import blocks, formats, palette, words
from dashboards.blocks import Html, esc, pill, under, when
from dashboards.filters import address
from dashboards.formats import count, rupees
from dashboards.queries.evidence import MOST
from dashboards.tables import Column, Record, table
from dashboards.views.on_its_way import mark
from settings import IST

WHAT = (
    "A breach: the courier accepted a reattempt and started the return without another attempt. "
    "Lost time, external causes and returns that somebody asked for are not counted against it."
)
PACK_HINT = (
    "For the evidence of several breaches in one file, choose one courier; of one breach, open its evidence."
)
_TONES = {"not_raised": "orange", "raised": "blue", "answered": "blue", "upheld": "green", "rejected": "grey"}


def answer(summary: Mapping[str, Any]) -> str:
    """The page's first line."""
    number = summary["breaches"]
    if number == 0:
        return "No courier has broken an accepted promise in this view."
    return (
        f"{count(summary['of_last_week'])} new in the last 7 days, {rupees(summary['value_last_week'])} at stake; "
        f"{count(number)} {'breach' if number == 1 else 'breaches'} in all, "
        f"{rupees(summary['order_value'])}, {count(summary['not_raised'])} not yet raised."
    )


def pack_of(total: int, courier: str) -> str:
    """What the pack of this view holds."""
    held = (
        f"of these {count(total)} breaches"
        if total <= MOST
        else f"of the newest {count(MOST)} of these breaches"
    )
    return f"The evidence {held} of {courier}, a page each, for its escalation desk:"


def cards(by_courier: pl.DataFrame, names: Mapping[str, str]) -> Html:
    """Every courier with its breaches of its accepted instructions."""
    items = [
        blocks.card(
            words.plain(row["courier"], dict(names)),
            count(row["breaches"]),
            f"of {count(row['accepted'])} accepted; {rupees(row['order_value'])}",
            href=address("sla_breaches", {"courier": row["courier"]}),
        )
        for row in by_courier.iter_rows(named=True)
    ]
    return blocks.cards(items)


def breaches(
    rows: Sequence[Record], query: Mapping[str, str], names: Mapping[str, str], now: datetime
) -> Html:
    """The list with its proof: accepted, asked for, returned, attempts on both counts."""
    today = now.astimezone(IST).date()

    def parcel(row: Record) -> Html:
        opened = link_to_case(row)
        return under(
            opened,
            esc(f"{words.plain(row['courier'], dict(names))} · {row['order_id'] or 'order not known'}"),
        )

    def asked(row: Record) -> Html:
        window = (
            ""
            if row["window_start"] is None
            else f", {str(row['window_start'])[:5]} to {str(row['window_end'])[:5]}"
        )
        source = words.plain(row["source"], words.SOURCES).lower()
        return under(esc(f"{formats.day(row['requested_on'], today)}{window}"), esc(f"wanted by {source}"))

    def returned(row: Record) -> Html:
        hours = row["hours_to_return"]
        told = formats.NOTHING if hours is None else f"{formats.duration(hours * 60)} after acceptance"
        return under(when(row["return_started_at"], now), esc(told))

    def attempts(row: Record) -> Html:
        given, owed = row["courier_attempt_number"], row["max_attempts"]
        told = f"courier says {given}" if given is not None else "courier gives none"
        return under(esc(f"{row['attempts_before']} of {owed}"), esc(told))

    def accepted(row: Record) -> Html:
        evidence = words.plain(row["acceptance_evidence"] or "not_stated", words.EVIDENCE)
        return under(when(row["accepted_at"], now), esc(evidence))

    columns = [
        Column("Parcel", parcel, sort="courier"),
        Column("Reattempt accepted", accepted),
        Column("Asked for", asked),
        Column("Return started", returned, sort="newest"),
        Column("Attempts before", attempts, help="Ours, of what the courier owes; below by its own scans"),
        Column("First failure", lambda row: esc(words.plain(row["reason_bucket"], words.REASONS))),
        Column("Escalation", lambda row: under(state_pill(row), evidence_link(row, query))),
        Column("At stake", lambda row: under(esc(rupees(row["order_value"])),
                                             esc(words.plain(row["payment_mode"], words.PAYMENTS))),
               is_number=True, sort="value"),
    ]  # fmt: skip
    return table(rows, columns, "sla_breaches", query, sort=query.get("sort", ""))


def states(summary: Mapping[str, Any], chosen: str, query: Mapping[str, str]) -> Html:
    """How far escalations are, with their numbers; each a link that keeps the filters."""
    names = {"all": "All", **words.ESCALATIONS}
    items = [
        (
            key,
            name,
            count(summary["breaches" if key == "all" else key]),
            address(
                "sla_breaches", {**query, "escalation": "" if key == "all" else key, "page": "", "breach": ""}
            ),
        )
        for key, name in names.items()
    ]
    return blocks.tabs(items, chosen)


def state_pill(row: Record) -> Html:
    """How far the escalation is, marked where the build does not hold it yet."""
    state = row["escalation_state"]
    shown = pill(words.plain(state, words.ESCALATIONS), _TONES.get(state, "grey"))
    return blocks.joined([shown, mark()], " ") if row.get("is_on_its_way") else shown


def evidence_link(row: Record, query: Mapping[str, str]) -> Html:
    """To the proof of one breach, its pack and its escalation."""
    href = address("sla_breaches", {**query, "breach": row["instruction_id"]})
    return blocks.link(esc("Evidence, escalate"), href)


def link_to_case(row: Record) -> Html:
    """The AWB, opening the case with its timeline as the proof; without a failure there is no case."""
    if row["case_id"] is None:
        return Html(f"<b>{esc(row['awb'])}</b>")
    href = address("case", {"case": row["case_id"], "stage": "all"})
    return blocks.link(Html(f"<b>{esc(row['awb'])}</b>"), href, "Open the case: its timeline is the proof")


def legend(order: Sequence[str], names: Mapping[str, str]) -> Html:
    """The couriers with their colours, in the order of the stack."""
    parts = [
        f'<span><span class="dot" style="background:{palette.courier_colour(courier)}"></span>'
        f"{esc(words.plain(courier, dict(names)))}</span>"
        for courier in order
    ]
    return Html(f'<div class="legend small">{"".join(parts)}</div>')
