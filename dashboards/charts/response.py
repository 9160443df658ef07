"""Figures of the Response page: those of Recovery, with their points opening cases and later weeks hollow."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboards.charts import recovery
from dashboards.findings import BAND_ORDER


def bands(rows: pl.DataFrame) -> go.Figure:
    """Recovery of each band in the bands' order; a bar opens its cases."""
    found = set(rows["response_band"])
    order = [band for band in BAND_ORDER if band in found]
    figure = recovery.response_bands(rows)
    return figure.update_traces(customdata=[("", "", "", f"band={band}") for band in order])


def by_week(weeks: pl.DataFrame) -> go.Figure:
    """Median time to the first contact by week; weeks that are not final have hollow points."""
    final = weeks.filter(pl.col("reached") > 0)["is_mature"].to_list()
    symbols = ["circle" if is_final else "circle-open" for is_final in final]
    return recovery.response_time(weeks).update_traces(marker_symbol=symbols)
