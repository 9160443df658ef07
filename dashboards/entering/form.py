"""The form of the Case page in which an agent logs a call, decides, or writes a note; digits choose, S saves.

Owns: what is drawn at each step. Refuses: what the buttons do (steps.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from dashboards import blocks, formats, words
from dashboards.blocks import Html, esc
from dashboards.entering import agents, drafts, entries, fields, steps, undoing
from dashboards.entering.drafts import Draft
from dashboards.entering.entries import Parcel, Told
from dashboards.formats import plural
from dashboards.views import on_its_way


def show(
    case: Mapping[str, Any],
    others: Sequence[Mapping[str, Any]],
    told: Mapping[Parcel, Sequence[Told]] | None,
    now: datetime,
) -> None:
    """The panel. `told` holds the entries of the case's parcel and of `others`; None: the ledger cannot be read."""
    with st.container(border=True, key="entry", gap="small"):
        blocks.show(Html('<h3 class="heading">Log a call, decide, write a note</h3>'), key="entry_head")
        off = _why_off(case)
        if off:
            st.caption(off)
            return
        agent = agents.current()
        if not agent:
            agents.ask()
            return
        parcels = {(row["courier"], row["awb"]): row["case_id"] for row in (case, *others)}
        form = drafts.draft(case, parcels, told)
        undoing.show(agent, told or {}, (case["courier"], case["awb"]), now)
        if told is None:
            st.warning("What was entered just now cannot be shown: the ledger cannot be read at the moment.")
        if form.mode == "kept":
            _kept(form, case, now)
        else:
            _fill(form, case, told or {}, now)
        _entering_as(agent)


def _why_off(case: Mapping[str, Any]) -> str:
    if entries.is_replay():
        return entries.REPLAY
    if not case["is_latest_life"]:
        return "This AWB belongs to a later parcel now: what is entered here would be about that one."
    return ""


def _entering_as(agent: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="entering_as"):
        st.caption(f"You enter as {agent}.", width="content")
        st.button("Not you?", key="not_you", type="tertiary", on_click=agents.forget)


def _fill(form: Draft, case: Mapping[str, Any], told: Mapping[Parcel, Sequence[Told]], now: datetime) -> None:
    number = len(form.cases)
    if number > 1:
        st.checkbox(f"For all {number} open parcels of this customer", key=form.key("all"),
                    help="One call, one action: it is entered for each of them, or for none.")  # fmt: skip
    if form.mode:
        _choices(form)
    # Enter saves a decision; among the quick buttons it would press the first of them.
    with st.form(form.key("form"), border=False, enter_to_submit=bool(form.mode) and not form.is_asking):
        st.text_input("Remark", key=form.key("remark"), max_chars=500, placeholder="Remark, if there is one",
                      label_visibility="collapsed")  # fmt: skip
        if form.mode:
            fields.show(form, now)
            # Beside the buttons: on a phone the form is longer than the screen.
            _news(form, told, now)
            fields.buttons(form)
        else:
            _news(form, told, now)
            _first_step(form, case)


def _choices(form: Draft) -> None:
    st.caption("What did the customer say?" if form.mode == "picked" else "What shall be done?")
    with st.container(horizontal=True, gap="small", key="choices"):
        for key, kind in enumerate(form.kinds, start=1):
            st.button(words.CHOICES[kind], key=form.key(f"choose_{kind}"), shortcut=str(key),
                      type="primary" if kind == form.kind else "secondary", disabled=kind in form.impossible,
                      on_click=steps.choose, args=(form.number, kind))  # fmt: skip
    for reason in form.impossible.values():
        st.caption(reason)


def _news(form: Draft, told: Mapping[Parcel, Sequence[Told]], now: datetime) -> None:
    """What others entered meanwhile, and what is to be mended."""
    came = form.came or drafts.came_since(form, told)
    if came or form.refused:
        said = (
            "Nothing was saved: somebody else entered something in between. Save again if yours still holds."
            if form.came or form.refused
            else "This came in since you began:"
        )
        blocks.show(
            Html(f'<div class="news"><b>{esc(said)}</b>{on_its_way.came_in(came, now)}</div>'), key="news"
        )
    for problem in form.problems:
        st.error(problem)


def _first_step(form: Draft, case: Mapping[str, Any]) -> None:
    nth = formats.ordinal(case["cycle_follow_ups"] + 1)
    st.caption(f"Called, but not reached? One click keeps it as the {nth} follow-up since the last failure.")
    with st.container(horizontal=True, gap="small", key="quick"):
        for key, (outcome, label) in enumerate(words.UNANSWERED.items(), start=1):
            st.form_submit_button(label, key=form.key(outcome), shortcut=str(key), on_click=steps.call,
                                  args=(form.number, outcome))  # fmt: skip
    with st.container(horizontal=True, gap="small", key="slow"):
        st.form_submit_button("Answered …", key=form.key("picked"), shortcut="5", type="primary",
                              on_click=steps.step, args=(form.number, "picked"))  # fmt: skip
        st.form_submit_button("Decide without a call …", key=form.key("decide"), shortcut="6",
                              on_click=steps.step, args=(form.number, "decide"))  # fmt: skip
        st.form_submit_button(
            "Keep as a note", key=form.key("note"), on_click=steps.note, args=(form.number,)
        )


def _kept(form: Draft, case: Mapping[str, Any], now: datetime) -> None:
    """What was just entered; the next form comes when it is asked for, so that no second click fills one."""
    wish = form.wish
    if wish is None:
        return
    entry = {"source": "operations", "kind": wish.kind, "content": wish.content(form.number), "author": None}
    details = on_its_way.asked(entry, now)
    many = f" For {form.kept} {plural(form.kept, 'parcel')}." if form.kept > 1 else ""
    count = ""
    if wish.call_outcome:
        count = f" {formats.ordinal(case['cycle_follow_ups'])} follow-up since the last failure."
    told = on_its_way.summary(entry) + (f" ({details})" if details else "")
    st.success(f"Kept: {told}.{count}{many} It is in the warehouse in about half a minute.")
    st.button("Enter something else", key=form.key("new"), shortcut="E", on_click=drafts.begin_again,
              args=(form.number,))  # fmt: skip
