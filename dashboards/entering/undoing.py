"""Taking a decision back until it is released to the courier.

Owns: which decision can still be taken back and until when, and the entry that does it. The order of a parcel about
which the ledger knows more than the build is not sent, so what is taken back in time never leaves. Refuses: to take
back a call that was made, a note, or what a customer said.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import streamlit as st

from dashboards.entering import drafts, entries
from dashboards.entering.decisions import DECISIONS
from dashboards.entering.entries import Parcel, Told
from dashboards.views import on_its_way
from ledger.errors import LedgerError
from settings import IST, get_settings

_log = logging.getLogger(__name__)

Group = dict[Parcel, Told]
"""One decision: its entry for each parcel that it was given for."""


def until(entry: Told) -> datetime:
    """The instant at which a decision is released."""
    seconds = entry["content"].get("undo_seconds") or get_settings().undo_seconds
    given: datetime = entry["given_at"]
    return given + timedelta(seconds=seconds)


def can_be_undone(entry: Told, now: datetime) -> bool:
    """Whether it is a decision of ours that is neither released nor taken back."""
    is_ours = entry["source"] == "operations" and entry["kind"] in DECISIONS
    return is_ours and not entry.get("is_taken_back") and now < until(entry)


def last(told: Mapping[Parcel, Sequence[Told]], parcel: Parcel, now: datetime) -> Group:
    """The last decision about a parcel, with what was entered for other parcels at the same time; empty where it can
    not be taken back."""
    decisions = [entry for entry in told.get(parcel, []) if can_be_undone(entry, now)]
    if not decisions:
        return {}
    mark = (decisions[-1]["author"], decisions[-1]["content"].get("call_id"))
    found = {parcel: decisions[-1]}
    for other, own in told.items():
        for entry in own:
            is_same = mark[1] and (entry["author"], entry["content"].get("call_id")) == mark
            if is_same and can_be_undone(entry, now):
                found[other] = entry
    return found


def show(agent: str, told: Mapping[Parcel, Sequence[Told]], parcel: Parcel, now: datetime) -> None:
    """The last decision with its clock and the button that takes it back; nothing where there is none."""
    group = last(told, parcel, now)
    if group:
        offer(agent, group)


def of_call(told: Mapping[Parcel, Sequence[Told]], call_id: str, now: datetime) -> Group:
    """What was entered under one call_id and can still be taken back."""
    return {
        parcel: entry
        for parcel, own in told.items()
        for entry in own
        if entry["content"].get("call_id") == call_id and can_be_undone(entry, now)
    }


@st.fragment(run_every=timedelta(seconds=1))
def offer(agent: str, group: Group) -> None:
    """The clock and the button."""
    entry, settings = next(iter(group.values())), get_settings()
    left = (until(entry) - settings.now()).total_seconds() / settings.clock_speed
    if left <= 0 or st.session_state.pop("just_undone", False):
        st.rerun()
    many = f", for {len(group)} parcels" if len(group) > 1 else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="undo"):
        st.caption(
            f"{on_its_way.summary(entry)}{many}: can be taken back until "
            f"{until(entry).astimezone(IST):%H:%M:%S}, {left:.0f} s.",
            width="content",
        )
        st.button("Undo", key="undo_last", shortcut="U", on_click=take_back, args=(agent, group))


def take_back(agent: str, group: Group) -> None:
    """Write the undoing of a decision for all its parcels, unless it is released by now."""
    now = get_settings().now()
    try:
        if not all(can_be_undone(entry, now) for entry in group.values()):
            st.toast("Too late: it is released to the courier.", icon=":material/lock_clock:")
            return
        entries.undo(agent, group, now)
    except (LedgerError, OSError) as error:
        _log.exception("a decision was not taken back")
        st.toast(f"Nothing was taken back. {entries.trouble(error)}", icon=":material/error:")
        return
    st.session_state["just_undone"] = True
    found = st.session_state.get("draft")
    if isinstance(found, drafts.Draft) and found.mode == "kept":
        drafts.begin_again(found.number)
    st.toast("Taken back: nothing goes to the courier.", icon=":material/undo:")
