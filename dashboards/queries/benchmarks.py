"""Our own metrics and what each published source calls them, from rpt_metrics, rpt_benchmark_scorecard and
rpt_benchmark_bands.

Over final weeks and all couriers: the published bands have no other cut, so no filter applies.
"""

from __future__ import annotations

import polars as pl

from dashboards.store import fetch


def own() -> pl.DataFrame:
    """One row a metric: metric, own_value (share from 0 to 1, or minutes; null where nothing was counted), n."""
    return fetch("select metric, own_value, n from marts.rpt_metrics order by metric")


def by_source() -> pl.DataFrame:
    """One row a metric and source: metric, source, own_value, n, band, low, high (bounds of the band or gap, null
    where open), quoted_range, is_definition_same, definition_note."""
    return fetch("""
        select metric, source, own_value, n, band, low, high, quoted_range, is_definition_same, definition_note
        from marts.rpt_benchmark_scorecard order by metric, source
    """)


def bands() -> pl.DataFrame:
    """One row a metric, source and band, from low to high: metric, source, band, low, high (null where it has no
    bound), quoted_range, is_ours (our value is in it)."""
    return fetch("""
        select metric, source, band, low, high, quoted_range, is_ours
        from marts.rpt_benchmark_bands order by metric, source, band_order
    """)
