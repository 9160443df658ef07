"""Figures of the Recovery page: volume, response; the trend is in charts.trend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboards import findings, formats, palette, words
from dashboards.charts import base

WEEK_AXIS = "Week from Monday"
Record = Mapping[str, Any]


def rate_label(row: Record) -> str:
    """The rate, or the count where there are too few cases for a rate."""
    cases, recovered = row["cases"], row["recovered"]
    few = cases < formats.SMALL_N
    return f"{recovered} of {cases}" if few else formats.percent(recovered / cases)


def week_hover(row: Record) -> str:
    """A week in full: its days, its rate with count and maturity."""
    told = formats.rate(row["recovered"], row["cases"], row["is_mature"], row["open_cases"])
    if row["is_mature"] and "recovery_rate_low" in row:
        told += f" ({formats.interval(row['recovery_rate_low'], row['recovery_rate_high'])})"
    return f"<b>{formats.week(row['ndr_week'])}</b><br>{told}"


def volume(by_week: pl.DataFrame, order: list[str]) -> go.Figure:
    """Cases by week, stacked by reason in the order given, the week's total on top."""
    weeks = sorted(by_week["ndr_week"].unique().to_list())
    names = formats.week_names(weeks)
    figure = go.Figure()
    totals = dict.fromkeys(weeks, 0)
    for reason in order:
        cases = dict(
            by_week.filter(pl.col("reason_bucket") == reason).select("ndr_week", "cases").iter_rows()
        )
        for week, number in cases.items():
            totals[week] += number
        label = words.plain(reason, words.REASONS)
        figure.add_bar(
            x=names,
            y=[cases.get(week, 0) for week in weeks],
            marker={"color": palette.reason_colour(reason), "line": {"width": 0}},
            customdata=[(str(week), reason) for week in weeks],
            hovertext=[
                f"<b>{label}</b>, {formats.week(week)}<br>{formats.count(cases.get(week, 0))} cases"
                for week in weeks
            ],
            hoverinfo="text",
        )
    base.totals(figure, names, list(totals.values()))
    base.frame(figure, 330, "Cases (failed parcels)")
    figure.update_layout(barmode="stack")
    return figure.update_xaxes(type="category", title=WEEK_AXIS)


def response_bands(bands: pl.DataFrame) -> go.Figure:
    """Recovery rate of final weeks by how fast the customer was reached, with the number of cases."""
    found = {row["response_band"]: row for row in bands.to_dicts()}
    rows = [found[band] for band in findings.BAND_ORDER if band in found]
    figure = go.Figure()
    figure.add_bar(
        x=[row["recovery_rate"] for row in rows],
        y=[words.plain(row["response_band"], words.BANDS) for row in rows],
        orientation="h",
        marker={
            "color": [palette.LINE if row["cases"] >= formats.SMALL_N else palette.MUTED for row in rows]
        },
        text=[_band_label(row) for row in rows],
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
    )
    base.frame(figure, 330)
    top = max([row["recovery_rate"] for row in rows], default=0.5)
    figure.update_xaxes(
        tickformat=".0%", range=[0, top * 1.8 + 0.02], title="Delivered, share of cases", nticks=5
    )
    return figure.update_yaxes(autorange="reversed", type="category", ticksuffix="  ", showgrid=False)


def _band_label(row: Record) -> str:
    few = row["cases"] < formats.SMALL_N
    return rate_label(row) if few else f"{rate_label(row)} of {formats.count(row['cases'])}"


def response_time(weeks: pl.DataFrame) -> go.Figure:
    """Median time to the first contact by week, in minutes or hours; the ends and extremes are labelled."""
    rows = [row for row in weeks.to_dicts() if row["reached"]]
    minutes = [row["median_response_minutes"] for row in rows]
    is_long = max(minutes, default=0) > 180
    named = base.telling(minutes)
    figure = go.Figure()
    figure.add_scatter(
        x=formats.week_names([row["ndr_week"] for row in rows]),
        y=[value / 60 if is_long else value for value in minutes],
        mode="lines+markers+text",
        line={"color": palette.GOOD, "width": 3},
        marker={"size": 8},
        text=[formats.duration(value) if place in named else "" for place, value in enumerate(minutes)],
        textposition=base.sides(minutes),
        customdata=[(str(row["ndr_week"]), "") for row in rows],
        hovertext=[
            f"<b>{formats.week(row['ndr_week'])}</b><br>{formats.duration(row['median_response_minutes'])}; "
            f"{formats.count(row['reached'])} of {formats.count(row['cases'])} reached"
            for row in rows
        ],
        hoverinfo="text",
        cliponaxis=False,
    )
    base.frame(figure, 350, "Hours, median" if is_long else "Minutes, median")
    top = max(minutes, default=1) / (60 if is_long else 1)
    return figure.update_yaxes(range=[0, top * 1.3], nticks=5).update_xaxes(type="category", title=WEEK_AXIS)
