"""What every figure has in common: size, margins, no toolbar, no zoom that a thumb sets off by accident."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboards import formats

Number = int | float

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


def telling(values: Sequence[Number]) -> set[int]:
    """Places of the first, the last, the lowest and the highest value: the ones to label on a narrow screen."""
    if not values:
        return set()
    return {0, len(values) - 1, values.index(min(values)), values.index(max(values))}


def sides(values: Sequence[Number]) -> list[str]:
    """Where each point's label stays clear of the line: below a point that is lower than its neighbours."""
    found = []
    for place, value in enumerate(values):
        around = [values[near] for near in (place - 1, place + 1) if 0 <= near < len(values)]
        found.append("bottom center" if around and value < sum(around) / len(around) else "top center")
    return found


def frame(figure: go.Figure, height: int | None, unit: str = "") -> go.Figure:
    """Set the figure's height (None: that of its place) and the unit of its vertical axis."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 16, "t": 12, "b": 8},
        showlegend=False,
        dragmode=False,
        bargap=0.28,
        hoverlabel={"align": "left"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        xaxis={"fixedrange": True, "automargin": True, "showgrid": False, "title": None},
        yaxis={
            "fixedrange": True,
            "automargin": True,
            "title": unit,
            "rangemode": "tozero",
            "zeroline": False,
        },
    )
    return figure


def totals(figure: go.Figure, names: Sequence[str], values: Sequence[int]) -> None:
    """Write the telling totals on top of stacked bars."""
    named = telling(values)
    figure.add_scatter(
        x=names,
        y=values,
        mode="text",
        textposition="top center",
        text=[formats.count(value) if place in named else "" for place, value in enumerate(values)],
        hoverinfo="skip",
        cliponaxis=False,
    )
