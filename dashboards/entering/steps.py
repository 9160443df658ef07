"""What the buttons of an agent's form do.

They run before the page is drawn, so that it shows at once what they did. A button of a form that is not on the page
any more does nothing. Refuses: judging what was typed (decisions.py) and writing it (entries.py).
"""

from __future__ import annotations

import logging

import streamlit as st

from dashboards.entering import drafts, entries
from dashboards.entering.decisions import Wish, problems
from ledger.errors import LedgerError, VersionConflict
from settings import get_settings

_log = logging.getLogger(__name__)


def step(number: str, mode: str) -> None:
    """Go to another step of the form."""
    form = drafts.on_page(number)
    if form is None:
        return
    form.mode, form.is_asking, form.problems, form.came = mode, False, [], []
    form.kind = next((kind for kind in form.kinds if kind not in form.impossible), form.kinds[0])


def choose(number: str, kind: str) -> None:
    """Choose a decision; nothing is asked about the one before any more."""
    form = drafts.on_page(number)
    if form is not None and kind in form.kinds and kind not in form.impossible:
        form.kind, form.is_asking, form.problems = kind, False, []


def call(number: str, outcome: str) -> None:
    """A call that nobody answered: one click and it is kept."""
    form = drafts.on_page(number)
    # Whoever types ahead ("5", "2") means the second step's keys before it is there.
    if form is not None and not form.mode:
        _keep(form, Wish("follow_up", outcome, form.value("remark", "")))


def note(number: str) -> None:
    """The remark alone."""
    form = drafts.on_page(number)
    if form is not None:
        _keep(form, Wish("note", None, form.value("remark", "")))


def decide(number: str, is_sure: bool = False) -> None:
    """What an answered call brought, or a decision without a call. A return asks once."""
    form = drafts.on_page(number)
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


def _wish(form: drafts.Draft) -> Wish:
    kind = form.kind
    has_details = kind == "reattempt"
    corrections = {
        name: form.value(name, "") if has_details else "" for name in ("phone", "address", "pincode")
    }
    return Wish(
        kind,
        "picked" if form.mode == "picked" else None,
        form.value("remark", ""),
        form.value({"reattempt": "on", "hold": "until"}.get(kind, "")),
        form.value("start") if has_details else None,
        form.value("end") if has_details else None,
        corrections["phone"],
        corrections["address"],
        corrections["pincode"],
        form.value("proof", "") if kind == "fake_attempt" else "",
    )


def _keep(form: drafts.Draft, wish: Wish) -> None:
    agent, now, cases = st.session_state.get("agent", ""), get_settings().now(), drafts.chosen(form)
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
