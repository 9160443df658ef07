"""Figure of the Pincodes page: circles by place on dots of all pincodes, drawn without a map of anyone's."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboards import formats, palette
from dashboards.charts import base

LARGEST = 24
"""Pixels across of the pincode with most failures."""
TALLER = 1.08
"""A degree of latitude beside one of longitude in the middle of India."""


def bubbles(rows: pl.DataFrame, ground: pl.DataFrame) -> go.Figure:
    """One circle a pincode of known place, its area the failures; grey dots are where pincodes are at all."""
    known = rows.filter(pl.col("latitude").is_not_null()).to_dicts()
    figure = go.Figure()
    figure.add_scatter(
        x=ground["longitude"].to_list(),
        y=ground["latitude"].to_list(),
        mode="markers",
        marker={"size": 3, "color": palette.MUTED, "opacity": 0.35},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[row["longitude"] for row in known],
        y=[row["latitude"] for row in known],
        mode="markers",
        marker={
            "size": [row["failures"] for row in known],
            "sizemode": "area",
            "sizeref": 2 * max([row["failures"] for row in known], default=1) / LARGEST**2,
            "sizemin": 3,
            "color": palette.BAD,
            "opacity": 0.55,
            "line": {"width": 0.5, "color": palette.BAD},
        },
        customdata=[("", "", "", f"pincode={row['pincode']}") for row in known],
        hovertext=[
            f"<b>{row['pincode']}</b>, {row['district']}, {row['state']}<br>"
            f"{formats.count(row['failures'])} failures, {formats.count(row['open_cases'])} open<br>"
            f"Delivered: {formats.rate(row['final_recovered'], row['final_cases'], True)}"
            for row in known
        ],
        hoverinfo="text",
    )
    # Its height is that of its place on the page, which is lower on a phone.
    base.frame(figure, None)
    figure.update_yaxes(
        visible=False, scaleanchor="x", scaleratio=TALLER, constrain="domain", rangemode="normal"
    )
    return figure.update_xaxes(visible=False, constrain="domain")
