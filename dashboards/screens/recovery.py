"""Recovery: are we getting better, and where not? Weekly volume, recovery and response time, by reason."""

from __future__ import annotations

import streamlit as st

from dashboards import blocks, drill, filter_bar, findings, frame
from dashboards.charts import recovery as charts
from dashboards.charts.heat_map import heat_map
from dashboards.charts.incidence import curves as curves_of
from dashboards.charts.trend import trend
from dashboards.filter_list import WEEKLY
from dashboards.queries import incidence
from dashboards.queries import recovery as queries
from dashboards.views import recovery as views


def main() -> None:
    filters = frame.page_filters().only(WEEKLY)
    weekly = queries.weekly(filters)
    if weekly.is_empty():
        frame.header("Recovery", "No failed deliveries in this view.")
        filter_bar.show("recovery", WEEKLY)
        frame.nothing_found("failed deliveries", "recovery", frame.page_query())
        return
    reasons = queries.by_reason(filters)
    by_week = queries.by_reason_and_week(filters)
    order = reasons["reason_bucket"].to_list()
    curves = incidence.curves(filters)
    latest = incidence.latest(curves)
    responses, bands = queries.response_by_week(filters), queries.response_bands(filters)

    frame.header("Recovery", findings.recovery(weekly, queries.change(filters)))
    filter_bar.show("recovery", WEEKLY)
    blocks.show(views.cards(weekly, responses, latest, incidence.ndr_rate(filters), filters), key="cards")
    left, right = st.columns(2, gap="medium")
    with left:
        figure = trend(weekly, latest)
        drill.chart(findings.trend(weekly), views.TREND_NOTE, figure, "late_trend", filters)
    with right:
        figure = charts.volume(by_week, order)
        drill.chart(findings.volume(reasons), "", figure, "late_volume", filters, legend=views.legend(order))
    if not incidence.is_told(filters):
        blocks.show(blocks.caption(views.NO_CURVES), key="no_curves")
    elif not latest.is_empty():
        title = findings.same_age(curves, latest)
        drill.chart(title, views.CURVES_NOTE, curves_of(curves), "wide_curves", filters)
    figure = heat_map(by_week, order, drill.is_dark())
    drill.chart(findings.heat(reasons), views.HEAT_NOTE, figure, "wide_heat", filters)
    blocks.show(views.reasons(reasons, filters), key="reasons")
    left, right = st.columns(2, gap="medium")
    with left:
        drill.chart(
            findings.response_time(responses), "", charts.response_time(responses), "response", filters
        )
    with right:
        drill.chart(
            findings.response(bands),
            views.BANDS_NOTE,
            charts.response_bands(bands),
            "bands",
            filters,
        )


main()
