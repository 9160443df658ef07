"""The fields of a decision: when the courier shall come, what has changed, until when it waits."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from dashboards import words
from dashboards.entering import abilities, steps
from dashboards.entering.decisions import EVENING, HALF_HOURS, tomorrow
from dashboards.entering.drafts import Draft
from settings import IST

_ANY_TIME = "any time"
_IF_NEW = "if it has changed"


def show(form: Draft, now: datetime) -> None:
    """What the chosen decision needs."""
    told = abilities.carried(form.kind, form.booked_with, form.courier, now)
    st.caption(" ".join([words.CHOICE_HELP[form.kind], *told]))
    if form.kind == "reattempt":
        _visit(form, now)
    elif form.kind == "hold":
        st.date_input("Hold until the beginning of (empty: 18 hours)", value=None, min_value=tomorrow(now),
                      format="DD/MM/YYYY", key=form.key("until"))  # fmt: skip
    elif form.kind == "fake_attempt":
        st.text_input("Proof", key=form.key("proof"), max_chars=300,
                      placeholder="A link, or what the customer said")  # fmt: skip


def _visit(form: Draft, now: datetime) -> None:
    """Day and window, and what has to be corrected for the visit."""
    options = [None, *HALF_HOURS]
    with st.container(key="when", gap="small"):
        st.date_input("Day", value=tomorrow(now), min_value=now.astimezone(IST).date(), format="DD/MM/YYYY",
                      key=form.key("on"))  # fmt: skip
        start, end = st.columns(2, gap="small")
        for place, label, name, default in zip(
            (start, end), ("From", "To"), ("start", "end"), EVENING, strict=True
        ):
            place.selectbox(label, options, index=options.index(default), key=form.key(name),
                            format_func=lambda time: time or _ANY_TIME)  # fmt: skip
    with st.container(key="corrections", gap="small"):
        phone, pincode = st.columns(2, gap="small")
        phone.text_input("New phone", key=form.key("phone"), max_chars=20, placeholder=_IF_NEW)
        pincode.text_input("New pincode", key=form.key("pincode"), max_chars=10, placeholder=_IF_NEW)
        st.text_input("New address", key=form.key("address"), max_chars=300, placeholder=_IF_NEW)


def buttons(form: Draft) -> None:
    """Save, or go back; a return asks once."""
    if form.is_closed:
        st.caption("The parcel has its end: nothing more can be asked of the courier.")
    with st.container(horizontal=True, gap="small", key="save"):
        if form.is_asking:
            st.warning("The parcel goes back and the sale is lost. Return it?")
            st.form_submit_button("Yes, return it", key=form.key("sure"), type="primary", shortcut="Y",
                                  on_click=steps.decide, args=(form.number, True))  # fmt: skip
        else:
            st.form_submit_button("Save", key=form.key("save"), type="primary", shortcut="S",
                                  on_click=steps.decide, args=(form.number,))  # fmt: skip
        st.form_submit_button("Back", key=form.key("back"), on_click=steps.step, args=(form.number, ""))
