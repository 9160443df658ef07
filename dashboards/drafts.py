"""A form that an agent fills: its step, what it rests on, and what its buttons do.

A form is sent once: its number is the entry's call_id, its widgets carry it, and the ledger keeps one call_id once.
Refuses: drawing (entry_form.py), judging what was typed (decisions.py) and writing it (entries.py).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import streamlit as st

from dashboards import entries
from dashboards.decisions import Wish, problems
from dashboards.entries import Parcel, Told
from ledger.errors import LedgerError, VersionConflict
from settings import get_settings

_log = logging.getLogger(__name__)


@dataclass
class Draft:
    """One form for one case. `seen` holds the versions on which a decision stands: those that the page showed when the
    agent began to decide; None while the ledger cannot be read."""

    case_id: str
    number: str = field(default_factory=lambda: uuid4().hex)
    mode: str = ""
    """"" (a call that nobody answered, or a note), "picked" (an answered call), "decide" (without a call), "kept"."""
    cases: dict[Parcel, str] = field(default_factory=dict)
    seen: dict[Parcel, int] | None = None
    is_asking: bool = False
    problems: list[str] = field(default_factory=list)
    refused: bool = False
    came: list[Told] = field(default_factory=list)
    """What somebody else entered, for which a decision was refused."""
    wish: Wish | None = None
    kept: int = 0

    def key(self, name: str) -> str:
        """A widget's key; another form's widget is another one, so that a second click does not reach it."""
        return f"{name}_{self.number}"

    def value(self, name: str, default: Any = None) -> Any:
        """What a widget of this form holds."""
        return st.session_state.get(self.key(name), default)


def draft(case_id: str, parcels: Mapping[Parcel, str], told: Mapping[Parcel, Sequence[Told]] | None) -> Draft:
    """The form of the case as it stands, brought to what the page shows now. `parcels`: the case's own first."""
    found = st.session_state.get("draft")
    if not isinstance(found, Draft) or found.case_id != case_id:
        found = st.session_state["draft"] = Draft(case_id)
    found.cases = dict(parcels)
    if told is None:
        return found
    if found.refused:
        found.came, found.refused = came_since(found, told), False
        found.seen = None
    if found.seen is None or not found.mode:
        found.seen = {parcel: entries.version(told.get(parcel, [])) for parcel in parcels}
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


def step(number: str, mode: str) -> None:
    """Go to another step of the form, or to a new form."""
    found = st.session_state.get("draft")
    if mode == "new" and isinstance(found, Draft) and found.number == number:
        st.session_state["draft"] = Draft(found.case_id)
    form = _form(number)
    if form is None:
        return
    form.mode, form.is_asking, form.problems, form.came = mode, False, [], []


def call(number: str, outcome: str) -> None:
    """A call that nobody answered: one click and it is kept."""
    form = _form(number)
    if form is not None:
        _keep(form, Wish("follow_up", outcome, form.value("remark", "")))


def note(number: str) -> None:
    """The remark alone."""
    form = _form(number)
    if form is not None:
        _keep(form, Wish("note", None, form.value("remark", "")))


def decide(number: str, is_sure: bool = False) -> None:
    """What an answered call brought, or a decision without a call. A return asks once."""
    form = _form(number)
    if form is None:
        return
    wish = _wish(form)
    form.problems = problems(wish, get_settings().now())
    if form.problems:
        return
    if wish.kind == "rto" and not is_sure:
        form.is_asking = True
        return
    form.is_asking = False
    _keep(form, wish)


def _form(number: str) -> Draft | None:
    """The form, unless it is not the one on the page any more."""
    found = st.session_state.get("draft")
    return found if isinstance(found, Draft) and found.number == number and found.mode != "kept" else None


def choice(form: Draft) -> str:
    """The decision that is chosen: nothing for an answered call, another attempt without one."""
    return form.value("choice") or ("follow_up" if form.mode == "picked" else "reattempt")


def _wish(form: Draft) -> Wish:
    kind = choice(form)
    has_details = kind == "reattempt"
    return Wish(
        kind,
        "picked" if form.mode == "picked" else None,
        form.value("remark", ""),
        form.value("on") if kind in ("reattempt", "hold") else None,
        form.value("start") if has_details else None,
        form.value("end") if has_details else None,
        *((form.value(name, "") if has_details else "") for name in ("phone", "address", "pincode")),
    )


def _keep(form: Draft, wish: Wish) -> None:
    agent, now, cases = st.session_state.get("agent", ""), get_settings().now(), chosen(form)
    form.problems = problems(wish, now)
    if form.problems or not agent:
        return
    try:
        if wish.is_decision and form.seen is None:
            form.problems = [
                "Nothing was saved: what others entered cannot be read at the moment. Try again."
            ]
            return
        entries.keep(agent, wish, form.number, cases=cases, seen=form.seen or {}, now=now)
    except VersionConflict:
        form.refused = True
    except (LedgerError, OSError) as error:
        _log.exception("an entry was not kept")
        form.problems = [
            f"Nothing was saved. {entries.trouble(error)} What you typed is still here: try again."
        ]
    else:
        form.mode, form.wish, form.kept = "kept", wish, len(cases)
