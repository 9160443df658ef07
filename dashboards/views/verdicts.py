"""What was asked of the courier and how it was judged: by which rule, whose fault, since when, on which facts.

The facts are links to the lines of the timeline. Refuses: to judge; every word of it is of the published tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from dashboards import blocks, formats, words
from dashboards.blocks import Html, esc, joined, panel, pill
from dashboards.filters import address
from dashboards.formats import count, plural
from dashboards.tables import Record
from dashboards.views.timeline import later
from settings import IST

_TAB_TONES = {"sla_breached": "red", "not_honoured": "orange", "failed": "orange", "unknown": "grey"}


def verdicts(rows: Sequence[Record], proofs: Sequence[Record], now: datetime) -> Html:
    """A card for each instruction, newest first, with the facts that prove it."""
    if not rows:
        nothing = Html('<p class="muted">Nothing was asked of the courier yet.</p>')
        return panel("Asked of the courier", nothing)
    cards = [
        _verdict(row, [proof for proof in proofs if proof["instruction_id"] == row["instruction_id"]], now)
        for row in rows
    ]
    return panel("Asked of the courier", joined(cards))


def judged(row: Record) -> str:
    """The judgement of an accepted instruction, or what became of it on the way to the courier."""
    if row["submission"] == "submitted":
        return words.judgement(row["outcome"], row["outcome_reason"])
    told = words.plain(row["submission"], words.SUBMISSIONS)
    reason = row["submission_reason"]
    return f"{told}: {words.plain(reason, words.REFUSALS, words.UNCLEAR).lower()}" if reason else told


def _verdict(row: Record, proofs: Sequence[Record], now: datetime) -> Html:
    tone = "green" if row["outcome"] == "honoured" else _TAB_TONES.get(row["tab"], "grey")
    pairs = {"Judged by": esc(row["judged_by"])} if row["judged_by"] else {}
    if row["fault"]:
        pairs["Fault"] = esc(words.plain(row["fault"], words.FAULTS))
    if row["decided_at"]:
        pairs["Decided"] = esc(_decided(row, proofs, now))
    # Of an instruction that was replaced nobody counts what the courier owed.
    if row["max_attempts"] is not None and row["fault"]:
        pairs["Courier owed"] = blocks.under(esc(_owed(row)), esc(_rule(row)))
    # That it was asked for proves nothing by itself.
    if any(proof["role"] != "given" for proof in proofs):
        items = "".join(f"<li>{_proof(proof, now)}</li>" for proof in proofs)
        pairs["Proof"] = Html(f'<ul class="proof">{items}</ul>')
    return Html(
        f'<article class="verdict"><div><b>{esc(_wanted(row, now))}</b> {pill(judged(row), tone)}</div>'
        f'<div class="muted small">{esc(_told(row, now))}</div>{blocks.facts(pairs) if pairs else ""}'
        f"{_pack(row)}</article>"
    )


def _pack(row: Record) -> Html:
    """To the evidence pack and the escalation of a breach."""
    if row["outcome"] != "sla_breached":
        return Html("")
    href = address("sla_breaches", {"breach": row["instruction_id"]})
    return blocks.link(esc("Evidence pack and escalation"), href)


def _wanted(row: Record, now: datetime) -> str:
    when = formats.visit(
        row["requested_on"], row["window_start"], row["window_end"], now.astimezone(IST).date()
    )
    separator = " " if row["requested_on"] or not when else ", "
    return f"{words.plain(row['action'], words.ACTIONS)}{separator}{when}".rstrip()


def _told(row: Record, now: datetime) -> str:
    told = f"{words.plain(row['source'], words.SOURCES)}, {formats.moment(row['instructed_at'], now)}"
    if row["accepted_at"]:
        evidence = words.plain(row["acceptance_evidence"] or "not_stated", words.EVIDENCE)
        told += f"; accepted {formats.moment(row['accepted_at'], now)}, {evidence}"
    if row["is_stale_basis"]:
        told += "; sent after the parcel had ended, which we learnt later"
    return told


def _decided(row: Record, proofs: Sequence[Record], now: datetime) -> str:
    delays = [proof["learnt_after_minutes"] or 0 for proof in proofs if proof["role"] == "decided"]
    delay = later(max(delays, default=0))
    return formats.moment(row["decided_at"], now) + (f", {delay}" if delay else "")


def _owed(row: Record) -> str:
    attempts, notice = row["max_attempts"], row["notice_minutes"]
    told = f"{count(attempts)} {plural(attempts, 'attempt')}"
    told += f", {formats.duration(notice)} of notice" if notice else ", no notice period"
    own = row["courier_attempt_number"]
    says = f", the courier counts {count(own)}" if own is not None else ""
    return f"{told}; {count(row['attempts_before'])} made by the acceptance{says}"


def _rule(row: Record) -> str:
    whose = "The courier's own rule" if row["sla_rule_of"] == "courier" else "The rule for all couriers"
    since = row["sla_rule_begins_at"]
    return whose + (f", since {since.astimezone(IST):%d %b %Y}" if since else "")


def _proof(proof: Record, now: datetime) -> Html:
    """The fact as a link that shows its line of the timeline."""
    role = words.plain(proof["role"], words.PROOF_ROLES)
    line = f"{formats.moment(proof['occurred_at'], now)}: {proof['summary']}"
    point = escape(proof["event_id"])
    return Html(
        f'<span class="muted">{esc(role)}</span> <a href="#{point}" data-point="{point}">{esc(line)}</a>'
    )
