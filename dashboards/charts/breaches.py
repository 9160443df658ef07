"""Figure of the SLA breaches page."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
import polars as pl

from dashboards import formats, palette, words
from dashboards.charts import base


def by_week(weeks: pl.DataFrame, order: list[str], names: Mapping[str, str]) -> go.Figure:
    """Breaches by the week in which the return started, stacked by courier, the week's total on top."""
    mondays = sorted(weeks["week"].unique().to_list())
    labels = formats.week_names(mondays)
    totals = dict.fromkeys(mondays, 0)
    figure = go.Figure()
    for courier in order:
        found = dict(weeks.filter(pl.col("courier") == courier).select("week", "breaches").iter_rows())
        for monday, number in found.items():
            totals[monday] += number
        name = words.plain(courier, dict(names))
        figure.add_bar(
            x=labels,
            y=[found.get(monday, 0) for monday in mondays],
            marker={"color": palette.courier_colour(courier), "line": {"width": 0}},
            hovertext=[f"<b>{name}</b>, {label}<br>{found.get(monday, 0)}"
                       for monday, label in zip(mondays, labels, strict=True)],
            hoverinfo="text",
        )  # fmt: skip
    base.totals(figure, labels, list(totals.values()))
    base.frame(figure, 260, "Breaches")
    figure.update_layout(barmode="stack")
    return figure.update_xaxes(type="category", title="Week of the return, from Monday")
