"""Figure of the weeks that are not final: how much of each was delivered by each day since the failure."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboards import formats, palette
from dashboards.charts import base


def curves(rows: pl.DataFrame) -> go.Figure:
    """A line a week over the days it has lived through; the last final week is grey, the newest has its interval.

    Only days on which enough cases are watched are drawn. A point opens the week's cases.
    """
    figure = go.Figure()
    firm = rows.filter(pl.col("is_firm"))
    weeks = sorted(firm["ndr_week"].unique().to_list())
    for place, week in enumerate(weeks):
        mine = firm.filter(pl.col("ndr_week") == week)
        is_final, is_newest = bool(mine["is_mature"][0]), place == len(weeks) - 1
        if is_newest:
            figure.add_traces([base.ribbon(mine["day"].to_list(), mine.to_dicts(), "incidence")])
        figure.add_scatter(
            x=mine["day"].to_list(),
            y=mine["incidence"].to_list(),
            mode="lines+markers+text",
            line={
                "color": palette.MUTED if is_final else palette.LINE,
                "width": 3 if is_newest or is_final else 2,
                "dash": "solid" if is_final else "dot",
            },
            marker={"size": 7, "symbol": "circle" if is_final else "circle-open"},
            opacity=1 if is_newest or is_final else 0.35 + 0.35 * place / len(weeks),
            text=[""] * (mine.height - 1) + [_label(week, is_final)],
            textposition="top center" if is_final or is_newest else "bottom center",
            customdata=[(str(week), "")] * mine.height,
            hovertext=[hover(row) for row in mine.to_dicts()],
            hoverinfo="text",
            cliponaxis=False,
        )
    base.frame(figure, 390, "Delivered, share of the week's cases")
    top = max(firm["incidence_high"].to_list(), default=0.5)
    figure.update_yaxes(tickformat=".0%", range=[0, min(top * 1.1, 1)], tick0=0, dtick=0.1)
    last = max(firm["day"].to_list(), default=7)
    return figure.update_xaxes(title="Days since the first failure", range=[-0.3, last + 0.8], dtick=2)


def _label(week: object, is_final: bool) -> str:
    name = formats.week_names([week])[0]  # type: ignore[list-item]
    return f"{name}, final" if is_final else name


def hover(row: dict[str, object]) -> str:
    """A week on a day, in full: the share with its interval, and how many cases it rests on."""
    return f"<b>{formats.week(row['ndr_week'])}</b>, {formats.by_day(row)}"  # type: ignore[arg-type]
