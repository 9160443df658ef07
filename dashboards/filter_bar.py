"""The one bar of filters: a small menu for each, chips for what is on, and a reset.

Owns: keeping widgets and address the same: the address decides, a change of a widget rewrites it. Refuses:
deciding which filters a page has; the page names them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from dashboards import blocks, words
from dashboards.filter_list import ALL, BY_NAME, FILTERS, Filter
from dashboards.filters import Filters, address
from dashboards.frame import page_filters, page_query
from dashboards.queries import build

_PAGE_ONLY = ("page",)
_FIXED = ("attempts", "follow_ups")
_FEW = (*_FIXED, "payment")
_SIDES = ("from", "to")


def show(page: str, names: Iterable[str], offered: Iterable[str] = ()) -> Filters:
    """Draw the bar with these filters and give what is on among them; other filters stay in the address.

    A narrowing among `names` has no menu, only its chip, unless it is `offered`.
    """
    known = [each for each in ALL if each.name in set(names)]
    given = set(offered)
    shown = [each for each in known if each in FILTERS or each.name in given]
    filters = page_filters()
    choices = {
        **build.choices(),
        **{each.name: list(each.vocabulary) for each in shown if each.name in {*_FIXED, *given}},
    }
    with st.container(horizontal=True, gap="xsmall", key="filter_bar"):
        for each in shown:
            number = len([part for part in filters.get(each.name) if part])
            with st.popover(f"{each.label} · {number}" if number else each.label, key=f"menu_{each.name}"):
                _widget(each, filters, choices.get(each.name, []))
    on = filters.chips([each.name for each in known], build.courier_names())
    if on:
        rest = _without_filters()
        items = [(text, address(page, {**rest, **filters.replaced(name, ()).query()})) for name, text in on]
        blocks.show(blocks.chips(items, address(page, {"stage": "new", **rest})), key="chips")
    return filters.only(each.name for each in known)


def _without_filters() -> dict[str, str]:
    return {
        name: text for name, text in page_query().items() if name not in BY_NAME and name not in _PAGE_ONLY
    }


def _widget(which: Filter, filters: Filters, options: list[str]) -> None:
    key, parts = f"filter_{which.name}", filters.get(which.name)
    change: dict[str, Any] = {"on_change": _changed, "args": (which,)}
    if which.kind == "words":
        names = {**which.vocabulary, **(build.courier_names() if which.name == "courier" else {})}
        spoken = partial(_spoken, names)
        everything = options + [part for part in parts if part not in options]
        _seed(key, list(parts))
        if which.name in _FEW:
            st.pills(which.label, everything, selection_mode="multi", key=key, format_func=spoken, **change)
        else:
            st.multiselect(which.label, everything, key=key, format_func=spoken, placeholder="Any", **change)
    elif which.kind == "yes_no":
        _seed(key, parts[0] if parts else None)
        st.pills(which.label, ["yes", "no"], key=key, format_func=str.capitalize, **change)
    else:
        for side, part in zip(_SIDES, parts or ("", ""), strict=True):
            side_key = f"{key}_{side}"
            if which.kind == "dates":
                _seed(side_key, date.fromisoformat(part) if part else None)
                st.date_input(
                    f"{which.label}, {side}", value=None, key=side_key, format="DD/MM/YYYY", **change
                )
            else:
                _seed(side_key, int(part) if part else None)
                st.number_input(f"₹ {side}", 0, 999_999_999, None, step=500, key=side_key, **change)


def _spoken(names: dict[str, str], word: str) -> str:
    return words.plain(word, names)


def _seed(key: str, value: Any) -> None:
    """The address decides: set before the widget is made, so a link or a removed chip moves the widget."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def _changed(which: Filter) -> None:
    """A widget was changed by hand: write its value into the address."""
    key = f"filter_{which.name}"
    if which.kind == "words":
        parts = tuple(st.session_state[key] or ())
    elif which.kind == "yes_no":
        parts = (st.session_state[key],) if st.session_state[key] else ()
    else:
        sides = [st.session_state[f"{key}_{side}"] for side in _SIDES]
        parts = tuple("" if side is None else str(side) for side in sides)
    filters = page_filters().replaced(which.name, parts)
    st.query_params.from_dict({**_without_filters(), **filters.query()})
