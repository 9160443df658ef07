"""Pincodes: where does it fail? From state to district to pincode, and to the cases."""

from __future__ import annotations

import streamlit as st

from dashboards import blocks, downloads, drill, exports, filter_bar, frame
from dashboards.charts import pincodes as charts
from dashboards.queries import build
from dashboards.queries import pincodes as queries
from dashboards.view_state import sorted_page
from dashboards.views import pincodes as views


def main() -> None:
    query, filters = frame.page_query(), frame.page_filters().only(queries.FILTERS)
    sort, _ = sorted_page(query, queries.SORTS, "cases")
    rows, places = queries.pincodes(filters), queries.places(filters, sort)
    frame.header("Pincodes", views.answer(rows, filters))
    filter_bar.show("pincodes", queries.FILTERS)
    if rows.is_empty():
        frame.nothing_found("failed deliveries", "pincodes", query)
        return
    blocks.show(blocks.caption(views.counted(rows, build.final_weeks())), key="weeks")
    left, right = st.columns(2, gap="medium")
    with left:
        figure = charts.bubbles(rows, queries.ground(filters))
        drill.chart(views.title(rows), views.NOTE, figure, "places", filters, is_filling=False)
    with right:
        kept = {**filters.query(), "sort": sort}
        blocks.show(views.table_of(places, queries.level(filters), filters, kept, sort), key="table")
    downloads.buttons("pincodes", build.current()["as_of"], lambda: exports.sheet(rows, {}))


main()
