"""Figure of the Couriers page."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
import polars as pl

from dashboards import formats, palette, words
from dashboards.charts import base


def rates(scorecard: pl.DataFrame, names: Mapping[str, str]) -> go.Figure:
    """Two bars a courier: recovery on its own mix of reasons, pale, and on the same mix, in full.

    Whiskers are 95% intervals. A courier of few cases has one hollow bar, and its count for a rate.
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
    told = [formats.percent(rate) if rate is not None else "" for rate in same]
    firm = [{} if is_few else row for row, is_few in zip(rows, few, strict=True)]
    for values, texts, opacity, what, name in (
        ([row["recovery_rate"] for row in rows], own, 0.45, "own mix of reasons", "recovery_rate"),
        (same, told, 1.0, "same mix for all", "recovery_rate_standardised"),
    ):
        figure.add_bar(
            x=values,
            y=labels,
            orientation="h",
            marker={"color": colours, "opacity": opacity, "line": outline},
            error_x={**base.whiskers(firm, name), "color": palette.MUTED},
            text=texts,
            textposition="none",
            customdata=[("", "", row["courier"]) for row in rows],
            hovertext=[
                f"<b>{label}</b>, {what}<br>{text}"
                f" ({formats.interval(row.get(f'{name}_low'), row.get(f'{name}_high'))})"
                for label, text, row in zip(labels, texts, firm, strict=True)
            ],
            hoverinfo="text",
            cliponaxis=False,
        )
        _numbers(figure, labels, texts, 13 if name == "recovery_rate" else -13)
    base.frame(figure, 70 + 58 * len(rows)).update_layout(
        barmode="group", bargap=0.32, bargroupgap=0.08, margin_r=92
    )
    ends = [row[f"{name}_high"] for row in rows for name in ("recovery_rate", "recovery_rate_standardised")]
    figure.update_xaxes(
        tickformat=".0%",
        range=[0, min(max(ends, default=0.5) * 1.05, 1)],
        title="Delivered, share of cases",
        nticks=5,
    )
    return figure.update_yaxes(autorange="reversed", type="category", ticksuffix="  ", showgrid=False)


def _numbers(figure: go.Figure, labels: list[str], texts: list[str], shift: int) -> None:
    """The numbers at the right edge, clear of the whiskers."""
    for label, text in zip(labels, texts, strict=True):
        figure.add_annotation(
            x=1.01, xref="paper", xanchor="left", y=label, yshift=shift, text=text, showarrow=False, font={"size": 12}
        )  # fmt: skip
