"""What every figure has in common: size, margins, no toolbar, no zoom that a thumb sets off by accident."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from dashboards import formats, palette

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


def whiskers(rows: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    """Error bars from the columns `name`, `name`_low and `name`_high; none where a value is missing."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [_apart(row.get(f"{name}_high"), row.get(name)) for row in rows],
        "arrayminus": [_apart(row.get(name), row.get(f"{name}_low")) for row in rows],
        "thickness": 1.5,
        "width": 4,
    }


def _apart(upper: float | None, lower: float | None) -> float:
    return 0.0 if upper is None or lower is None else max(upper - lower, 0.0)


def ribbon(places: Sequence[Any], rows: Sequence[Mapping[str, Any]], name: str) -> go.Scatter:
    """A pale band between `name`_low and `name`_high over the places of a line."""
    highs, lows = [row[f"{name}_high"] for row in rows], [row[f"{name}_low"] for row in rows]
    return go.Scatter(
        x=[*places, *reversed(places)],
        y=[*highs, *reversed(lows)],
        fill="toself",
        fillcolor=palette.LINE_PALE,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )


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
