"""Escalating a breach: an agent enters each step, from raising it to the courier's verdict, and raises it again.

Owns: which step can follow which, what each needs, and how far an escalation is that the build does not hold yet.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import streamlit as st

from customers.typed import has_unreadable
from dashboards import words
from dashboards.entering import agents, entries
from dashboards.entering.entries import Told
from dashboards.tables import Record
from ledger.errors import LedgerError, VersionConflict
from settings import get_settings

_log = logging.getLogger(__name__)
KIND = "escalation"


def later() -> dict[str, str]:
    """The last step of each escalation that the build does not hold yet, by instruction_id; empty when the ledger
    cannot be read, and in a replay."""
    return {
        entry["content"]["instruction_id"]: entry["content"]["step"]
        for entry in entries.since_build()
        if entry["kind"] == KIND
    }


def steps(told: Sequence[Told], instruction_id: str) -> list[Told]:
    """The steps of one escalation in their order."""
    return [
        entry
        for entry in told
        if entry["kind"] == KIND and entry["content"].get("instruction_id") == instruction_id
    ]


def problems(step: str, reference: str, text: str) -> list[str]:
    """What must be mended before a step can be kept, each as a sentence."""
    found = []
    if step == "raised" and not reference.strip():
        found.append("To raise it, name the mail or ticket by which the courier was told.")
    if step == "answered" and not text.strip():
        found.append("Write what the courier answered.")
    if has_unreadable(reference.strip()) or has_unreadable(text.strip().replace("\n", " ")):
        found.append("There is a character that cannot be read or seen: type it again.")
    return found


def show(breach: Record, told: Sequence[Told] | None) -> None:
    """The form for the next step. `told`: the entries of the breach's parcel, None when the ledger cannot be read."""
    if entries.is_replay():
        st.caption(entries.REPLAY)
        return
    agent = agents.current()
    if not agent:
        agents.ask()
        return
    after = words.STEPS_AFTER[breach["escalation_state"]]
    if told is None or not after:
        st.caption(
            "The courier upheld it: there is nothing more to enter." if told is not None
            else "Nothing can be entered: the ledger cannot be read at the moment."
        )  # fmt: skip
        return
    number = st.session_state.setdefault(f"escalation_{breach['instruction_id']}", uuid4().hex)
    with st.form(f"escalation_{number}", border=False):
        names = words.STEPS | (
            {"raised": "Raise it again"} if breach["escalation_state"] != "not_raised" else {}
        )
        if len(after) > 1:
            st.radio("Next step", after, key=f"step_{number}", format_func=names.__getitem__, horizontal=True)
        left, right = st.columns([1, 2])
        left.text_input("Mail or ticket", key=f"reference_{number}", max_chars=120)
        right.text_input("In words", key=f"text_{number}", max_chars=500,
                         placeholder="What was said, if there is something to keep")  # fmt: skip
        for problem in st.session_state.pop(f"problems_{number}", []):
            st.error(problem)
        st.form_submit_button(
            names[after[0]] if len(after) == 1 else "Save", type="primary", on_click=_keep,
            args=(agent, dict(breach), number, entries.version(told)),
        )  # fmt: skip


def _keep(agent: str, breach: dict[str, Any], number: str, seen: int) -> None:
    state = st.session_state
    step = state.get(f"step_{number}") or words.STEPS_AFTER[breach["escalation_state"]][0]
    reference, text = state[f"reference_{number}"], state[f"text_{number}"]
    found = problems(step, reference, text)
    if not found:
        content = {
            "instruction_id": breach["instruction_id"],
            "step": step,
            "reference": reference.strip() or None,
            "text": text.strip() or None,
            "call_id": number,
        }
        try:
            entries.tell(agent, KIND, content, breach, seen=seen, now=get_settings().now())
        except VersionConflict:
            found = [
                "Nothing was saved: somebody else entered something about this parcel. Look again, then save."
            ]
        except (LedgerError, OSError) as error:
            _log.exception("a step of an escalation was not kept")
            found = [f"Nothing was saved. {entries.trouble(error)}"]
    if found:
        state[f"problems_{number}"] = found
    else:
        state.pop(f"escalation_{breach['instruction_id']}", None)
        st.toast(f"Kept: {words.ESCALATIONS[step].lower()}.", icon=":material/check:")
