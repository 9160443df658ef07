"""A form that an agent fills: its step, and the versions on which its decision rests.

A form is sent once: its number is the entry's call_id, its widgets carry it, and the ledger keeps one call_id once.
Refuses: drawing (form.py) and what its buttons do (steps.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import streamlit as st

from dashboards import words
from dashboards.entering import entries
from dashboards.entering.abilities import booked_with, impossible
from dashboards.entering.decisions import AFTER_THE_END, Wish
from dashboards.entering.entries import Parcel, Told
from dashboards.queries import build
from dashboards.words import CHOICES


@dataclass
class Draft:
    """One form for one case. `seen` holds the versions on which a decision stands: those that the page showed when the
    agent began to decide; None while the ledger cannot be read."""

    case_id: str
    number: str = field(default_factory=lambda: uuid4().hex)
    mode: str = ""
    """"" (a call that nobody answered, or a note), "picked" (an answered call), "decide" (without a call), "kept"."""
    kind: str = "follow_up"
    """The decision that is chosen: a word of the feed's `entry`."""
    is_closed: bool = False
    booked_with: str = ""
    """Slug of whoever takes what is asked of the parcel, and its name for people."""
    courier: str = ""
    cases: dict[Parcel, str] = field(default_factory=dict)
    seen: dict[Parcel, int] | None = None
    is_asking: bool = False
    problems: list[str] = field(default_factory=list)
    refused: bool = False
    came: list[Told] = field(default_factory=list)
    """What somebody else entered, for which a decision was refused."""
    wish: Wish | None = None
    kept: int = 0

    @property
    def kinds(self) -> list[str]:
        """What can be chosen: without a call there is no bare follow-up, after the end nothing to decide."""
        return [
            kind
            for kind in CHOICES
            if (kind != "follow_up" or self.mode == "picked")
            and (not self.is_closed or kind in AFTER_THE_END)
        ]

    @property
    def impossible(self) -> dict[str, str]:
        """What cannot be asked of this courier at all, by decision: why, and what to do instead."""
        told = {kind: impossible(kind, self.booked_with, self.courier) for kind in self.kinds}
        return {kind: reason for kind, reason in told.items() if reason}

    def key(self, name: str) -> str:
        """A widget's key; another form's widget is another one, so that a second click does not reach it."""
        return f"{name}_{self.number}"

    def value(self, name: str, default: Any = None) -> Any:
        """What a widget of this form holds."""
        return st.session_state.get(self.key(name), default)


def draft(
    case: Mapping[str, Any], parcels: Mapping[Parcel, str], told: Mapping[Parcel, Sequence[Told]] | None
) -> Draft:
    """The form of the case as it stands, brought to what the page shows now. `parcels`: the case's own first."""
    found = st.session_state.get("draft")
    if not isinstance(found, Draft) or found.case_id != case["case_id"]:
        found = st.session_state["draft"] = Draft(case["case_id"])
    found.is_closed = case["stage"] == "closed"
    found.booked_with = booked_with(case)
    found.courier = words.plain(found.booked_with, build.courier_names())
    if found.refused and told is not None:
        found.came, found.refused, found.seen = came_since(found, told), False, None
    # What the agent began to decide on stays: its parcels too, though a build may bring the customer another one.
    if found.seen is None or not found.mode:
        found.cases = dict(parcels)
        found.seen = None
        if told is not None:
            found.seen = {parcel: entries.version(told[parcel]) for parcel in parcels}
    return found


def came_since(form: Draft, told: Mapping[Parcel, Sequence[Told]]) -> list[Told]:
    """What was entered about the parcels of the form since its agent began to decide."""
    if form.mode not in ("picked", "decide") or form.seen is None:
        return []
    return [
        entry
        for parcel in chosen(form)
        for entry in told.get(parcel, [])
        if entry["version"] > form.seen.get(parcel, 0)
    ]


def chosen(form: Draft) -> dict[Parcel, str]:
    """The parcels that the entry is for: the case's own, or all of the customer's."""
    own = dict(list(form.cases.items())[:1])
    return form.cases if form.value("all") else own


def on_page(number: str) -> Draft | None:
    """The form of this number, unless it is kept already or not the one on the page any more."""
    found = st.session_state.get("draft")
    return found if isinstance(found, Draft) and found.number == number and found.mode != "kept" else None


def begin_again(number: str) -> None:
    """An empty form for the same case, in place of the one of this number."""
    found = st.session_state.get("draft")
    if isinstance(found, Draft) and found.number == number:
        st.session_state["draft"] = Draft(found.case_id)
