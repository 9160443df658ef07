"""Panels of the Case page: what to do, parcel, customer, other parcels. The judgements are in verdicts.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dashboards import blocks, formats, words
from dashboards.blocks import Html, esc, joined, panel, pill, under, when
from dashboards.entering.entries import Parcel, Told
from dashboards.filters import address
from dashboards.formats import plural, rupees
from dashboards.tables import Record
from dashboards.views import on_its_way
from dashboards.views.queue import stage_pill


def answer(case: Mapping[str, Any], now: datetime) -> str:
    """The first line: how often it failed, when and why last, and what the clock says."""
    cycles = case["cycles"]
    reason = words.plain(case["last_reason_bucket"], words.REASONS).lower()
    often = {1: "Failed once", 2: "Failed twice, last"}.get(cycles, f"Failed {cycles} times, last")
    start = f"{often} {formats.moment(case['last_failed_at'], now)}: {reason}."
    if case["stage"] == "closed":
        ended = words.plain(case["shipment_outcome"], words.OUTCOMES)
        return f"{ended} {formats.moment(case['closed_at'], now)}. {start}"
    due = case["deadline_at"]
    if due is None:
        return start
    passed = "passed " if due < now else ""
    return f"{start} Decide by {formats.moment(due, now)} ({passed}{formats.ago(due, now)})."


def todo(case: Mapping[str, Any], told: Sequence[Told], progress: Html, now: datetime) -> Html:
    """The stage, what the playbook advises, how often the customer was called, what is decided already and how far it
    is."""
    advice = case["advice"] or "Nothing: this case has ended."
    why = f'<p class="muted small">{esc(case["priority_reason"])}</p>' if case["priority_reason"] else ""
    return panel(
        "What to do",
        Html(
            f"<p>{stage_pill(case)}</p>{_decided(told, now)}{progress}<p><b>{esc(advice)}</b></p>{why}"
            f'<p class="muted small">{esc(_follow_ups(case))}</p>'
        ),
        accent=True,
    )


def _decided(told: Sequence[Told], now: datetime) -> Html:
    entry = on_its_way.decision(told)
    if entry is None:
        return Html("")
    asked = on_its_way.asked(entry, now)
    said = f"{on_its_way.who(entry)}: {on_its_way.summary(entry)}" + (f" ({asked})" if asked else "")
    return Html(f"<p>{on_its_way.mark()} {esc(said)}</p>")


def _follow_ups(case: Mapping[str, Any]) -> str:
    """Calls since the last failure, on which the rules stand, and in all, by which the queue filters."""
    number, in_all = case["cycle_follow_ups"], case["follow_ups"]
    if not in_all:
        return "No follow-up yet."
    told = f"{formats.ordinal(number)} follow-up" if number else "No follow-up"
    return f"{told} since the last failure" + (f", {in_all} in all." if in_all > number else ".")


def customer(case: Mapping[str, Any]) -> Html:
    """Whom to call and where to go, with the latest corrections first."""
    phone = case["new_phone"] or case["customer_phone"]
    pairs = {
        "Name": esc(case["customer_name"] or formats.NOTHING),
        "Phone": Html(f'<a href="tel:{esc(phone)}">{esc(phone)}</a>') if phone else esc(formats.NOTHING),
        "E-mail": esc(case["customer_email"] or formats.NOTHING),
        "Address": esc(case["new_address"] or case["address"] or formats.NOTHING),
        "Landmark": esc(case["landmark"] or formats.NOTHING),
        "Pincode": esc(
            " ".join(filter(None, [case["new_pincode"] or case["pincode"], case["city"], case["state"]]))
        ),
    }
    corrected = [name for name in ("phone", "address", "pincode") if case[f"new_{name}"]]
    note = pill(f"Corrected since the order: {', '.join(corrected)}", "green") if corrected else Html("")
    return panel("Customer", Html(blocks.facts(pairs) + note))


def parcel(case: Mapping[str, Any], lives: Sequence[Record], names: Mapping[str, str], now: datetime) -> Html:
    """The order and where the parcel stands."""
    pairs = {
        "AWB": esc(case["awb"]),
        "Courier": esc(words.plain(case["courier"], dict(names))),
        "Order": esc(case["order_id"] or formats.NOTHING),
        "Value": esc(f"{rupees(case['order_value'])}, {words.plain(case['payment_mode'], words.PAYMENTS)}"),
        "Status": esc(words.plain(case["tracking_status"], words.STATUSES)),
        "First failed": under(
            when(case["first_ndr_at"], now),
            esc(f"courier's code {case['native_reason_code'] or 'not given'}"),
        ),
        "Reached": esc(_reached(case, now)),
        "Allocated": esc(case["allocated_to"] or "nobody"),
    }
    if lives:
        pairs["Same AWB"] = joined([_life(life) for life in lives], ", ")
    return panel("Parcel", blocks.facts(pairs))


def _life(life: Record) -> Html:
    told = f"{life['order_id'] or 'order not known'} ({words.plain(life['shipment_outcome'], words.OUTCOMES).lower()})"
    if not life["is_case"]:
        return esc(told)
    return blocks.link(esc(told), address("case", {"case": life["shipment_id"], "stage": "all"}))


def _reached(case: Mapping[str, Any], now: datetime) -> str:
    if case["first_contact_at"] is None:
        return "not yet"
    after = (
        ""
        if case["response_minutes"] is None
        else f", {formats.duration(case['response_minutes'])} after the failure"
    )
    return formats.moment(case["first_contact_at"], now) + after


def others(rows: Sequence[Record], query: Mapping[str, str], told: Mapping[Parcel, Sequence[Told]]) -> Html:
    """Other open parcels of the same customer, each a link, marked where something is on its way."""
    waits = {row["case_id"]: on_its_way.waiting(told.get((row["courier"], row["awb"]), [])) for row in rows}
    items = [
        f"<li>{blocks.link(Html(esc(row['awb'])), address('case', {**query, 'case': row['case_id']}))} "
        f"{esc(words.STAGES[row['stage']])}, {esc(words.plain(row['reason_bucket'], words.REASONS).lower())}, "
        f"{esc(rupees(row['order_value']))} {on_its_way.mark() if waits[row['case_id']] else ''}</li>"
        for row in rows
    ]
    number = len(rows)
    title = f"This customer has {number} more open {plural(number, 'parcel')}: one call can settle them all"
    return panel(title, Html(f"<ul>{''.join(items)}</ul>"), accent=True)
