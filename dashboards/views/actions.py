"""First line, tabs and tables of the Actions page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dashboards import blocks, formats, words
from dashboards.blocks import Html, esc, pill, under, when
from dashboards.filters import address
from dashboards.formats import count, percent, rupees
from dashboards.tables import Column, Record, table
from dashboards.views.breaches import link_to_case
from dashboards.views.verdicts import judged
from ledger.outbox_health import RAISED_AFTER
from settings import IST

TAB_NAMES = {
    "submitted": "Submitted",
    "failed": "Failed",
    "not_honoured": "Not honoured",
    "sla_breached": "SLA breached",
    "unknown": "Unknown",
    "pending": "Pending",
}
TAB_HELP = {
    "pending": "Wanted, and not sent yet: what the courier will be asked, when, and what it still waits for",
    "submitted": "Accepted by the courier; the judgement says whether it was done",
    "failed": "Refused, or never to be sent as the courier has no way to ask it: somebody has to act",
    "unknown": "Sent, and we do not know whether the courier took it",
    "not_honoured": "Accepted, and not done as asked",
    "sla_breached": "Accepted, and answered with a return: raise it on the page SLA breaches",
}
_TONES = {"failed": "orange", "unknown": "orange", "not_honoured": "orange", "sla_breached": "red"}


def answer(summary: Mapping[str, Any]) -> str:
    """The page's first line: what was sent today and taken, what waits, and whether it is done."""
    parts = [
        f"{count(summary['sent'])} sent today, {count(summary['unknown'])} unknown, {count(summary['failed'])} failed"
    ]
    if summary["pending"]:
        held = f", {count(summary['held'])} of them held up by more than the hour" if summary["held"] else ""
        parts.append(f"{count(summary['pending'])} waiting to be sent{held}")
    told = "; ".join(parts) + "."
    if summary["judged"]:
        few = summary["judged"] < formats.SMALL_N
        share = "" if few else f" ({percent(summary['honoured'] / summary['judged'])})"
        told += (
            f" Of {count(summary['judged'])} judged in the last 7 days"
            f" {count(summary['honoured'])}{share} were honoured."
        )
    return told


def tabs(counts: Mapping[str, int], chosen: str, query: Mapping[str, str]) -> Html:
    """The tabs with their numbers; each a link that keeps the filters."""
    items = [
        (key, name, count(counts[key]), address("actions", {**query, "tab": key, "sort": "", "page": ""}))
        for key, name in TAB_NAMES.items()
    ]
    return Html(
        blocks.tabs(items, chosen)
        + f'<div class="muted small" style="padding-top:.35rem">{esc(TAB_HELP[chosen])}</div>'
    )


def sent(
    rows: Sequence[Record], query: Mapping[str, str], sort: str, names: Mapping[str, str], now: datetime
) -> Html:
    """What was sent: what was asked, the courier's answer, what became of it, and what to do next."""

    def answered(row: Record) -> Html:
        if row["accepted_at"] is None:
            return esc(formats.NOTHING)
        evidence = words.plain(row["acceptance_evidence"] or "not_stated", words.EVIDENCE)
        return under(when(row["accepted_at"], now), esc(evidence))

    columns = [
        Column("Parcel", lambda row: _parcel(row, names), sort="courier"),
        Column("Asked for", lambda row: _asked(row, now)),
        Column("Sent", lambda row: under(when(row["submitted_at"], now), _ago(row, now)), sort="newest"),
        Column("Accepted", answered),
        Column("What became of it", lambda row: pill(judged(row), _tone(row))),
        Column("What to do next", lambda row: esc(next_step(row, now)), sort="open"),
        Column("Order", _order, is_number=True, sort="value"),
    ]
    return table(rows, columns, "actions", query, sort=sort)


def pending(
    rows: Sequence[Record], query: Mapping[str, str], sort: str, names: Mapping[str, str], now: datetime
) -> Html:
    """What waits: what will be sent, when and why, what the courier carries otherwise, and what it waits for."""

    def told(row: Record) -> Html:
        if not row["is_supported"]:
            return esc(row["advice"] or "This courier cannot be asked for it")
        return esc(row["differences"] or "Everything as asked")

    columns = [
        Column("Parcel", lambda row: _parcel(row, names), sort="courier"),
        Column("Asked for", lambda row: _asked(row, now)),
        Column(
            "Why",
            lambda row: under(
                esc(words.plain(row["rule"], words.RULES)), esc(words.RULE_MEANS.get(row["rule"], ""))
            ),
        ),
        Column("Goes out", lambda row: _goes_out(row, now), sort="next", help="And what it waits for"),
        Column("The order says", lambda row: esc(_order_says(row, now))),
        Column("Carried otherwise", told, help="What the courier cannot carry, or carries in another way"),
        Column("Order", _order, is_number=True, sort="value"),
    ]
    return table(rows, columns, "actions", query, sort=sort)


def next_step(row: Record, now: datetime) -> str:
    """What a person does about it, in a sentence."""
    if row["is_case_closed"] and row["tab"] != "sla_breached":
        return "Nothing: the case is closed."
    if row["tab"] == "failed":
        return words.NEXT_STEPS.get(row["submission_reason"] or "", "Look at the case and decide again.")
    if row["tab"] == "unknown":
        since = row["submitted_at"] or row["instructed_at"]
        is_long = now - since > RAISED_AFTER
        return words.UNKNOWN_LONG if is_long else words.UNKNOWN_NEXT
    if row["tab"] == "sla_breached":
        return "Raise it with the courier: SLA breaches has its evidence pack."
    if row["tab"] == "not_honoured":
        return "Ask again on the case page, or let the courier explain it."
    return "Nothing: the courier has it." if row["outcome"] == "pending" else "Nothing: it is judged."


def _parcel(row: Record, names: Mapping[str, str]) -> Html:
    courier = words.plain(row["courier"], dict(names))
    return under(link_to_case(row), esc(f"{courier} · {row['order_id'] or 'order not known'}"))


def _asked(row: Record, now: datetime) -> Html:
    start, end = row.get("window_start"), row.get("window_end")
    visit = formats.visit(row["requested_on"], start, end, now.astimezone(IST).date())
    told = f"{words.plain(row['action'], words.ACTIONS)}{f' {visit}' if visit else ''}"
    source = words.plain(row["source"], words.SOURCES)
    return under(esc(told), esc(f"{source}, {formats.moment(row['instructed_at'], now)}"))


def _goes_out(row: Record, now: datetime) -> Html:
    if not row["is_supported"]:
        return under(pill("By hand", "red"), esc("nothing is sent"))
    if row["waits_for"]:
        return under(pill("Waits", "orange"), esc(words.plain(row["waits_for"], words.WAITS)))
    is_due = row["release_at"] <= now
    until = f"pointless after {formats.moment(row['expires_at'], now)}" if row["expires_at"] else ""
    if is_due:
        return under(pill("At the next round", "blue"), esc(until))
    return under(when(row["release_at"], now), esc(until or formats.ago(row["release_at"], now)))


def _order_says(row: Record, now: datetime) -> str:
    today = now.astimezone(IST).date()
    visit = formats.visit(row["send_on"], row["send_window_start"], row["send_window_end"], today)
    return visit or "no date and no window"


def _order(row: Record) -> Html:
    payment = words.plain(row["payment_mode"], words.PAYMENTS)
    return under(esc(rupees(row["order_value"])), esc(payment))


def _ago(row: Record, now: datetime) -> Html:
    return esc(formats.ago(row["submitted_at"], now) if row["submitted_at"] else "time not known")


def _tone(row: Record) -> str:
    if row["outcome"] == "honoured":
        return "green"
    return _TONES.get(row["tab"], "blue" if row["outcome"] == "pending" else "grey")
