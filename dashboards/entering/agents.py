"""Who enters: asked once, kept in the session and in the tab of the browser, so that a reload does not ask again.

Never in the address: links are shared, and a colleague would enter under the name of whoever sent one. There is no
login; whoever can open the pages can choose any name that the setting allows.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from settings import get_settings

_LONGEST = 60
_memory = st.components.v2.component("ndr_agent", js=Path(__file__).with_name("agents.js").read_text("utf-8"))


def known() -> list[str]:
    """The names of the setting; empty: any."""
    return [name.strip() for name in (get_settings().agents or "").split(",") if name.strip()]


def current() -> str:
    """The agent's name, empty until somebody has said it. Draws what remembers it in the browser's tab."""
    name = _allowed(st.session_state.get("agent", ""))
    forget = st.session_state.get("agent_forgotten", False)
    found = _memory(key="agent_memory", data={"name": name, "forget": forget}, on_name_change=lambda: None)
    if not name and not forget:
        name = _allowed(str(found.get("name") or ""))
        st.session_state["agent"] = name
    return name


def _allowed(name: str) -> str:
    name = " ".join(name.split())[:_LONGEST]
    return name if not known() or name in known() else ""


def ask() -> None:
    """A field or a list for the name."""
    with st.form("who", border=False):
        names = known()
        if names:
            st.selectbox("Who are you?", names, index=None, key="agent_typed", placeholder="Choose your name")
        else:
            st.text_input("Who are you?", key="agent_typed", max_chars=_LONGEST, placeholder="Your name")
        st.form_submit_button("Start", on_click=_say, type="primary")
    st.caption("It stands beside what you enter, and is kept until you close this tab.")


def _say() -> None:
    st.session_state["agent"] = _allowed(st.session_state["agent_typed"] or "")
    st.session_state["agent_forgotten"] = False


def forget() -> None:
    """Ask again, also in this tab."""
    st.session_state["agent"] = ""
    st.session_state["agent_forgotten"] = True
