"""One decision for many parcels of the queue: chosen, told what will happen, confirmed once, and taken back as one.

Owns: what is refused for which parcel, the sentence before the confirmation, and that all is kept or nothing. Refuses:
more than MOST parcels at once, and to decide on what the agent has not seen.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import streamlit as st

from dashboards import words
from dashboards.entering import agents, entries, undoing
from dashboards.entering.abilities import booked_with, impossible
from dashboards.entering.decisions import EVENING, HALF_HOURS, Wish, problems, tomorrow
from dashboards.entering.entries import Parcel
from dashboards.formats import count, plural
from dashboards.tables import Record
from ledger.errors import LedgerError, VersionConflict
from settings import IST, get_settings

_log = logging.getLogger(__name__)

#: Most parcels of one bulk, and how long it can be taken back: so many times as long as one decision, and a minute at
#: least.
MOST, UNDO_TIMES, UNDO_SECONDS = 200, 6, 60
KINDS = ("reattempt", "rto", "hold", "note")
_LABELS = {**{kind: words.CHOICES[kind] for kind in KINDS if kind in words.CHOICES}, "note": "Note"}


@dataclass
class Bulk:
    """A bulk that an agent prepares. `number` is the call_id of its entries; `asking`: what was shown for confirmation,
    with the versions on which it stands."""

    number: str = field(default_factory=lambda: uuid4().hex)
    kind: str = "reattempt"
    wish: Wish | None = None
    cases: dict[Parcel, str] = field(default_factory=dict)
    seen: dict[Parcel, int] = field(default_factory=dict)
    told: str = ""
    problems: list[str] = field(default_factory=list)
    is_kept: bool = False


def current() -> Bulk:
    """The visitor's bulk."""
    found: Bulk = st.session_state.setdefault("bulk", Bulk())
    return found


def refusal(row: Record, kind: str, names: Mapping[str, str]) -> str:
    """Why this cannot be entered for a parcel; empty where it can."""
    if not row["is_latest_life"]:
        return "the AWB is another parcel's by now"
    if kind == "note":
        return ""
    if row["stage"] == "closed":
        return "it has ended"
    slug = booked_with(row)
    name = words.plain(slug, dict(names))
    return f"{name} has no way to be asked for it" if impossible(kind, slug, name) else ""


def told(rows: Sequence[Record], kind: str, names: Mapping[str, str]) -> str:
    """What will happen, as in "31 parcels: 24 Delhivery, 7 Ekart; 3 cannot: it has ended (3)"."""
    reasons = [refusal(row, kind, names) for row in rows]
    able = Counter(
        words.plain(row["courier"], dict(names))
        for row, reason in zip(rows, reasons, strict=True)
        if not reason
    )
    number = sum(able.values())
    said = f"{count(number)} {plural(number, 'parcel')}"
    said += (": " if able else "") + ", ".join(f"{count(size)} {name}" for name, size in able.most_common())
    refused = Counter(filter(None, reasons))
    if refused:
        why = "; ".join(f"{reason} ({count(size)})" for reason, size in refused.most_common())
        said += f"; {count(sum(refused.values()))} cannot: {why}"
    return said + "."


def show(rows: Sequence[Record], names: Mapping[str, str], now: datetime) -> None:
    """The form for these parcels (case_id, courier, via, awb, stage, is_latest_life)."""
    bulk = current()
    if bulk.is_kept:
        _kept(bulk)
        return
    if not rows and not bulk.told:
        return
    agent = agents.current()
    with st.container(border=True, key="bulk", gap="small"):
        if not agent:
            agents.ask()
            return
        if bulk.told:
            _confirm(bulk, agent)
        else:
            _choose(bulk, rows, names, now)
        for problem in bulk.problems:
            st.error(problem)


def _choose(bulk: Bulk, rows: Sequence[Record], names: Mapping[str, str], now: datetime) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bulk_kinds"):
        for kind in KINDS:
            st.button(_LABELS[kind], key=f"bulk_{kind}", type="primary" if kind == bulk.kind else "secondary",
                      on_click=_pick, args=(kind,))  # fmt: skip
    st.caption(told(rows, bulk.kind, names))
    with st.form(f"bulk_{bulk.number}", border=False):
        with st.container(horizontal=True, gap="small", key="bulk_fields"):
            _fields(bulk, now)
        st.form_submit_button(
            "Go on …", type="primary", on_click=_ask, args=(list(map(dict, rows)), dict(names))
        )


def _fields(bulk: Bulk, now: datetime) -> None:
    number = bulk.number
    if bulk.kind == "reattempt":
        st.date_input("Day", value=tomorrow(now), min_value=now.astimezone(IST).date(), format="DD/MM/YYYY",
                      key=f"on_{number}")  # fmt: skip
        options = [None, *HALF_HOURS]
        for label, name, default in zip(("From", "To"), ("start", "end"), EVENING, strict=True):
            st.selectbox(label, options, index=options.index(default), key=f"{name}_{number}",
                         format_func=lambda time: time or "any time")  # fmt: skip
    elif bulk.kind == "hold":
        st.date_input("Hold until the beginning of (empty: 18 hours)", value=None, min_value=tomorrow(now),
                      format="DD/MM/YYYY", key=f"until_{number}")  # fmt: skip
    st.text_input("Remark", key=f"remark_{number}", max_chars=500)


def _confirm(bulk: Bulk, agent: str) -> None:
    loss = " The parcels go back and the sales are lost." if bulk.kind == "rto" else ""
    st.warning(f"{_LABELS[bulk.kind]}, for {bulk.told}{loss}")
    number = len(bulk.cases)
    with st.container(horizontal=True, gap="small", key="bulk_confirm"):
        if number:
            st.button(f"Yes, for {count(number)} {plural(number, 'parcel')}", key="bulk_sure", type="primary",
                      on_click=_keep, args=(agent,))  # fmt: skip
        st.button("Back", key="bulk_back", on_click=_back)


def _kept(bulk: Bulk) -> None:
    number = len(bulk.cases)
    with st.container(border=True, key="bulk", gap="small"):
        st.success(f"Kept: {_LABELS[bulk.kind].lower()}, for {count(number)} {plural(number, 'parcel')}.")
        group = undoing.of_call(entries.read(list(bulk.cases)) or {}, bulk.number, get_settings().now())
        if group:
            undoing.offer(agents.current(), group)
        st.button("Done", key="bulk_done", on_click=_done)


def _pick(kind: str) -> None:
    bulk = current()
    bulk.kind, bulk.problems = kind, []


def _ask(rows: list[dict[str, Any]], names: dict[str, str]) -> None:
    bulk, state, now = current(), st.session_state, get_settings().now()
    number = bulk.number
    is_visit = bulk.kind == "reattempt"
    wish = Wish(
        bulk.kind,
        None,
        state.get(f"remark_{number}") or "",
        state.get(f"{'on' if is_visit else 'until'}_{number}"),
        state.get(f"start_{number}") if is_visit else None,
        state.get(f"end_{number}") if is_visit else None,
    )
    bulk.problems = problems(wish, now)
    able = {
        (row["courier"], row["awb"]): row["case_id"] for row in rows if not refusal(row, bulk.kind, names)
    }
    seen = entries.read(list(able))
    if seen is None:
        bulk.problems.append("What others entered cannot be read at the moment. Try again.")
    if bulk.problems or seen is None:
        return
    bulk.wish, bulk.cases, bulk.told = wish, able, told(rows, bulk.kind, names)
    bulk.seen = {parcel: entries.version(seen[parcel]) for parcel in able}


def _keep(agent: str) -> None:
    bulk = current()
    if bulk.wish is None or bulk.is_kept:
        return
    try:
        entries.keep(
            agent, bulk.wish, bulk.number, seen=bulk.seen, cases=bulk.cases, now=get_settings().now(),
            undo_seconds=max(UNDO_SECONDS, UNDO_TIMES * get_settings().undo_seconds),
        )  # fmt: skip
    except VersionConflict as conflict:
        bulk.told, bulk.problems = "", [f"Nothing was saved: {conflict}."]
    except (LedgerError, OSError) as error:
        _log.exception("a bulk was not kept")
        bulk.problems = [f"Nothing was saved. {entries.trouble(error)}"]
    else:
        bulk.is_kept, bulk.problems = True, []
        st.session_state["bulk_all"] = False


def _back() -> None:
    bulk = current()
    bulk.told, bulk.problems = "", []


def _done() -> None:
    st.session_state["bulk"] = Bulk()
