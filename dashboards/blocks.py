"""Pieces of HTML whose links change the page without a reload.

Owns: escaping, pills, links, cards, tabs, chips, and the one component that shows them. Refuses: any
text that did not go through `esc`; builders take plain text and give HTML (the type `Html` says which).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from typing import NewType

import streamlit as st

from dashboards import formats

Html = NewType("Html", str)
_HERE = Path(__file__).parent


def esc(text: object) -> Html:
    """Plain text as HTML."""
    return Html(escape(str(text)))


def joined(parts: Iterable[Html], separator: str = "") -> Html:
    return Html(separator.join(parts))


def link(words: Html, href: str, title: str = "", attributes: str = "") -> Html:
    """A link inside the pages; a plain click does not reload."""
    hint = f' title="{escape(title)}"' if title else ""
    return Html(f'<a data-go href="{escape(href)}"{hint}{attributes}>{words}</a>')


def pill(text: str, tone: str = "grey", title: str = "") -> Html:
    """A short word on a tint; tone is blue, red, green, orange or grey."""
    hint = f' title="{escape(title)}"' if title else ""
    return Html(f'<span class="pill {tone}"{hint}>{escape(text)}</span>')


def when(instant: datetime | None, now: datetime, late: bool = False) -> Html:
    """An instant as people say it, in full on hover."""
    tone = "time late" if late else "time"
    return Html(
        f'<span class="{tone}" title="{formats.full(instant)}">{escape(formats.moment(instant, now))}</span>'
    )


def under(main: Html, second: Html) -> Html:
    """A cell of two lines, the second muted."""
    return Html(f'{main}<span class="under">{second}</span>')


def caption(text: str) -> Html:
    """A muted line that says what the numbers near it are of."""
    return Html(f'<p class="caption muted small">{escape(text)}</p>')


def card(label: str, value: str, note: str, tone: str = "", href: str = "") -> Html:
    """One number with its label and a note; tone is "", "warn" or "muted-value"."""
    inside = (
        f'<div class="label">{escape(label)}</div><div class="value">{escape(value)}</div>'
        f'<div class="muted small">{escape(note)}</div>'
    )
    if href:
        return link(Html(inside), href, attributes=f' class="card {tone}"')
    return Html(f'<div class="card {tone}">{inside}</div>')


def cards(items: Iterable[Html]) -> Html:
    return Html(f'<div class="cards">{"".join(items)}</div>')


def panel(title: str, inside: Html, accent: bool = False) -> Html:
    extra = " accent" if accent else ""
    return Html(f'<section class="panel{extra}"><h3>{escape(title)}</h3>{inside}</section>')


def noted(title: str, note: str, inside: Html) -> Html:
    """What has a heading and a muted line of its own, such as a second table of a page."""
    return Html(f'<h3 class="heading">{escape(title)}</h3>{caption(note)}{inside}')


def facts(pairs: Mapping[str, Html]) -> Html:
    """A list of names and values."""
    inside = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in pairs.items())
    return Html(f'<dl class="facts">{inside}</dl>')


def menu(items: Iterable[tuple[str, str, str]], chosen: str) -> Html:
    """The pages as links; an item is its key, its title and its address."""
    parts = [
        link(esc(title), href, attributes=' aria-current="page"' if key == chosen else "")
        for key, title, href in items
    ]
    return Html(f'<nav class="menu" aria-label="Pages"><b>NDR recovery</b>{"".join(parts)}</nav>')


def tabs(items: Iterable[tuple[str, str, str, str]], chosen: str) -> Html:
    """Links of which one is on; an item is its key, its words, its count and its address."""
    inside = []
    for key, words, number, href in items:
        current = ' aria-current="page"' if key == chosen else ""
        inside.append(link(Html(f"{escape(words)}<b>{escape(number)}</b>"), href, attributes=current))
    return Html(f'<nav class="tabs" aria-label="Stages">{"".join(inside)}</nav>')


def chips(items: Iterable[tuple[str, str]], reset: str) -> Html:
    """What is on, each with the address without it, and a link that clears all."""
    parts = [
        link(Html(f"{escape(words)} &#10005;"), href, "Remove this filter", ' class="chip"')
        for words, href in items
    ]
    parts.append(link(Html("Reset all"), reset, attributes=' class="small"'))
    return Html(f'<div class="chips">{"".join(parts)}</div>')


def pick(value: str, words: str) -> Html:
    """A box that chooses its row; `show_picking` tells which are on."""
    return Html(f'<input type="checkbox" data-pick="{escape(value)}" aria-label="{escape(words)}">')


_component = st.components.v2.component(
    "ndr_block",
    css=(_HERE / "blocks.css").read_text(encoding="utf-8"),
    js=(_HERE / "blocks.js").read_text(encoding="utf-8"),
)


def show(html: Html, key: str) -> None:
    """Put HTML on the page."""
    _component(key=key, data={"html": html, "go": ""})


def show_picking(html: Html, key: str, turn: str) -> list[str]:
    """Put HTML with boxes on the page; gives the values of those that are on. Another `turn` begins with none."""
    found = _component(
        key=key,
        data={"html": html, "go": "", "turn": turn},
        on_picked_change=lambda: None,
        default={"picked": []},
    )
    picked = found.get("picked") or {}
    return list(picked["values"]) if isinstance(picked, dict) and picked.get("turn") == turn else []


def go(href: str) -> None:
    """Open a relative address such as "queue?stage=new" without a reload, and end this run."""
    _component(key="go", data={"html": "", "go": href})
    st.stop()
