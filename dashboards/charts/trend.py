"""Figure of recovery by week: final weeks as a line, later ones by the age that they have reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboards import formats, palette
from dashboards.charts import base
from dashboards.charts.recovery import WEEK_AXIS, Record, rate_label, week_hover


def trend(weekly: pl.DataFrame, latest: pl.DataFrame) -> go.Figure:
    """Recovery of final weeks as a line with its interval; of later weeks, hollow, what was delivered by the last day
    that they can be told for (`latest`, from queries.incidence), with its interval and what is still open."""
    rows = weekly.to_dicts()
    names = dict(zip(weekly["ndr_week"], formats.week_names(weekly["ndr_week"].to_list()), strict=True))
    final = [row for row in rows if row["is_mature"]]
    open_shares = {row["ndr_week"]: row["open_share"] for row in rows}
    later = [row for row in latest.to_dicts() if row["ndr_week"] in names]
    figure = go.Figure()
    if final:
        figure.add_traces(_final_weeks(final, names))
    figure.add_scatter(
        x=[names[row["ndr_week"]] for row in later],
        y=[row["incidence"] for row in later],
        error_y=base.whiskers(later, "incidence"),
        mode="markers",
        marker={"size": 10, "color": palette.LINE, "symbol": "circle-open", "line": {"width": 2}},
        opacity=0.6,
        customdata=[(str(row["ndr_week"]), "") for row in later],
        hovertext=[
            f"<b>{formats.week(row['ndr_week'])}</b>, not final<br>{formats.by_day(row)}<br>"
            f"{formats.percent(open_shares[row['ndr_week']])} still open"
            for row in later
        ],
        hoverinfo="text",
        cliponaxis=False,
    )
    figure.add_scatter(
        x=[names[row["ndr_week"]] for row in later],
        y=[row["incidence_high"] for row in later],
        mode="text",
        text=[_later_label(row, open_shares[row["ndr_week"]]) for row in later],
        textposition="top center",
        textfont={"size": 10},
        hoverinfo="skip",
        cliponaxis=False,
    )
    base.frame(figure, 390, "Delivered, share of the week's cases").update_layout(margin_r=30)
    ends = [row["recovery_rate_high"] for row in final] + [row["incidence_high"] for row in later]
    figure.update_yaxes(
        tickformat=".0%", range=[0, min(max(ends, default=0.5) * 1.35, 1.15)], tick0=0, dtick=0.2
    )
    return figure.update_xaxes(
        type="category", categoryorder="array", categoryarray=list(names.values()), title=WEEK_AXIS
    )


def _final_weeks(final: list[dict[str, Any]], names: Mapping[Any, str]) -> list[go.Scatter]:
    days = [names[row["ndr_week"]] for row in final]
    rates = [row["recovery_rate"] for row in final]
    labelled = base.telling(rates)
    line = go.Scatter(
        x=days,
        y=rates,
        mode="lines+markers+text",
        line={"color": palette.LINE, "width": 3},
        marker={"size": 9, "color": palette.LINE},
        text=[rate_label(row) if place in labelled else "" for place, row in enumerate(final)],
        textposition=base.sides(rates),
        customdata=[(str(row["ndr_week"]), "") for row in final],
        hovertext=[week_hover(row) for row in final],
        hoverinfo="text",
        cliponaxis=False,
    )
    return [base.ribbon(days, final, "recovery_rate"), line]


def _later_label(row: Record, open_share: float) -> str:
    return f"{formats.percent(row['incidence'])}<br>by day {row['day']}<br>{formats.percent(open_share)} open"
