"""Figure of the Couriers page."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
import polars as pl

from dashboards import formats, palette, words
from dashboards.charts import base


def rates(scorecard: pl.DataFrame, names: Mapping[str, str]) -> go.Figure:
    """Two bars a courier: recovery on its own mix of reasons, pale, and on the same mix, in full.

    A courier of few cases has one hollow bar and its count.
    """
    rows = scorecard.to_dicts()
    labels = [words.plain(row["courier"], dict(names)) for row in rows]
    few = [row["cases"] < formats.SMALL_N for row in rows]
    colours = [
        "rgba(0,0,0,0)" if is_few else palette.courier_colour(row["courier"])
        for row, is_few in zip(rows, few, strict=True)
    ]
    outline = {"width": [1.5 if is_few else 0 for is_few in few], "color": palette.MUTED}
    own = [
        f"{row['recovered']} of {row['cases']}"
        if is_few
        else f"{formats.percent(row['recovery_rate'])} of {formats.count(row['cases'])}"
        for row, is_few in zip(rows, few, strict=True)
    ]
    same = [
        None if is_few else row["recovery_rate_standardised"] for row, is_few in zip(rows, few, strict=True)
    ]
    figure = go.Figure()
    for values, texts, opacity, what in (
        ([row["recovery_rate"] for row in rows], own, 0.45, "own mix of reasons"),
        (same, [formats.percent(rate) if rate is not None else "" for rate in same], 1.0, "same mix for all"),
    ):
        figure.add_bar(
            x=values,
            y=labels,
            orientation="h",
            marker={"color": colours, "opacity": opacity, "line": outline},
            text=texts,
            textposition="outside",
            customdata=[("", "", row["courier"]) for row in rows],
            hovertext=[
                f"<b>{label}</b>, {what}<br>{text}" for label, text in zip(labels, texts, strict=True)
            ],
            hoverinfo="text",
            cliponaxis=False,
        )
    base.frame(figure, 70 + 58 * len(rows)).update_layout(barmode="group", bargap=0.32, bargroupgap=0.08)
    top = max([rate for rate in (*same, *scorecard["recovery_rate"]) if rate is not None], default=0.5)
    figure.update_xaxes(
        tickformat=".0%", range=[0, top * 1.35 + 0.02], title="Delivered, share of cases", nticks=5
    )
    return figure.update_yaxes(autorange="reversed", type="category", ticksuffix="  ", showgrid=False)
