"""The heat map of recovery by reason and week, the number in the cell."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboards import formats, palette, words
from dashboards.charts import base
from dashboards.charts.recovery import Record, rate_label, week_hover

_TOP = 0.8
"""Share at which the scale ends: no reason's published recoverability is above it."""


def heat_map(by_week: pl.DataFrame, order: list[str], is_dark: bool) -> go.Figure:
    """Reasons down, weeks across; weeks that are not final are paler and say what is still open."""
    weeks = sorted(by_week["ndr_week"].unique().to_list())
    names = dict(zip(weeks, formats.week_names(weeks), strict=True))
    cells = {(row["reason_bucket"], row["ndr_week"]): row for row in by_week.iter_rows(named=True)}
    scale = [list(step) for step in (palette.HEAT_DARK if is_dark else palette.HEAT_LIGHT)]
    figure = go.Figure()
    for is_final, opacity in ((True, 1.0), (False, 0.4)):
        figure.add_heatmap(
            x=list(names.values()),
            y=[words.plain(reason, words.REASONS) for reason in order],
            z=[[_share(cells.get((reason, week)), is_final) for week in weeks] for reason in order],
            zmin=0, zmax=_TOP, opacity=opacity, xgap=2, ygap=2, showscale=False, colorscale=scale, hoverinfo="skip",
        )  # fmt: skip
    _numbers(
        figure,
        [cells[reason, week] for reason in order for week in weeks if (reason, week) in cells],
        names,
        is_dark,
    )
    base.frame(figure, 70 + 36 * len(order))
    figure.update_yaxes(range=[len(order) - 0.5, -0.5], showgrid=False, type="category", ticksuffix="  ")
    return figure.update_xaxes(
        range=[-0.5, len(weeks) - 0.5], type="category", side="top", title="Week from Monday", ticks=""
    )


def _numbers(figure: go.Figure, rows: list[Record], names: dict[object, str], is_dark: bool) -> None:
    """The numbers, as points that can be chosen: a heat map's own cells cannot."""
    figure.add_scatter(
        x=[names[row["ndr_week"]] for row in rows],
        y=[words.plain(row["reason_bucket"], words.REASONS) for row in rows],
        mode="markers+text",
        marker={"size": 30, "symbol": "square", "opacity": 0.001, "color": palette.MUTED},
        text=[_text(row) for row in rows],
        textfont={"size": 12, "color": "#E6EAEE" if is_dark else "#1C2530"},
        customdata=[(str(row["ndr_week"]), row["reason_bucket"]) for row in rows],
        hovertext=[
            f"<b>{words.plain(row['reason_bucket'], words.REASONS)}</b><br>{week_hover(row)}" for row in rows
        ],
        hoverinfo="text",
    )


def _share(row: Record | None, is_final: bool) -> float | None:
    if row is None or row["is_mature"] is not is_final or row["cases"] < formats.SMALL_N:
        return None
    return float(row["recovery_rate"])


def _text(row: Record) -> str:
    label = rate_label(row)
    if row["is_mature"] or row["cases"] < formats.SMALL_N:
        return label
    return f"{label}<br><span style='font-size:9px'>{formats.percent(row['open_share'])} open</span>"
