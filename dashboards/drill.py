"""From a number to the cases behind it: addresses of the queue, and charts whose points open them."""

from __future__ import annotations

from datetime import date, timedelta

import plotly.graph_objects as go
import streamlit as st

from dashboards import blocks
from dashboards.blocks import Html
from dashboards.blocks import go as open_address
from dashboards.charts.base import CONFIG
from dashboards.filters import Filters, address


def cases(
    filters: Filters,
    week: str = "",
    reason: str = "",
    courier: str = "",
    also: str = "",
    *,
    stage: str = "all",
) -> str:
    """The queue's address for the cases of these filters, of one week (its Monday), reason or courier if given,
    and of one more filter as an address has it, such as "band=none"."""
    narrowed = filters.replaced("reason", [reason]) if reason else filters
    narrowed = narrowed.replaced("courier", [courier]) if courier else narrowed
    if also:
        name, _, text = also.partition("=")
        narrowed = narrowed.replaced(name, text.split(","))
    if week:
        sunday = date.fromisoformat(week) + timedelta(days=6)
        narrowed = narrowed.replaced("ndr_date", [week, sunday.isoformat()])
    return address("queue", {"stage": stage, **narrowed.query()})


def chart(
    title: str,
    note: str,
    figure: go.Figure,
    key: str,
    filters: Filters,
    *,
    legend: Html | None = None,
    is_filling: bool = True,
) -> None:
    """A figure under its finding; choosing a point opens the cases that its customdata tells, as `cases` takes it.

    `is_filling` makes its frame as tall as what stands beside it.
    """
    with st.container(border=True, height="stretch" if is_filling else "content"):
        st.markdown(f"**{title}**" + (f"  \n:small[:gray[{note}]]" if note else ""))
        with st.container(key=key):
            event = st.plotly_chart(
                figure,
                key=f"chart_{key}",
                height="stretch" if figure.layout.height is None else "content",
                on_select="rerun",
                selection_mode="points",
                config=CONFIG,
                alt=title,
            )
        if legend:
            blocks.show(legend, key=f"legend_{key}")
    # A choice stays in the session: acted on once, so that coming back does not open it again.
    for point in event.get("selection", {}).get("points", []):
        found = point.get("customdata")
        if found:
            open_address(cases(filters, *found))


def is_dark() -> bool:
    """Whether the reader has chosen the dark theme."""
    return st.context.theme.type == "dark"
