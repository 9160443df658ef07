"""Response: how fast do we reach people, and does it matter?"""

from __future__ import annotations

import streamlit as st

from dashboards import blocks, downloads, drill, exports, findings, frame
from dashboards.charts import response as charts
from dashboards.filters import Filters
from dashboards.queries import build, recovery
from dashboards.queries import response as queries
from dashboards.views import reattempts as reattempts_view
from dashboards.views import response as views


def main() -> None:
    found, delays = queries.bands(), queries.delays()
    frame.header("Response", views.answer(delays, found))
    weeks = build.final_weeks()
    if not weeks["cases"]:
        frame.nothing_final()
        return
    blocks.show(blocks.caption(f"{findings.final_weeks(weeks)}. {views.risk_set(found)}"), key="weeks")
    blocks.show(views.cards(delays, found), key="cards")
    bands = found.filter(found["response_band"].is_not_null())
    by_week = recovery.response_by_week(Filters())
    left, right = st.columns(2, gap="medium")
    with left:
        title = findings.response(bands)
        drill.chart(title, views.BANDS_NOTE, charts.bands(bands), "bands", views.FINAL)
    with right:
        title = findings.response_time(by_week)
        drill.chart(title, views.WEEKS_NOTE, charts.by_week(by_week), "response", Filters())
    blocks.show(views.table_of(bands), key="table")
    reattempts = queries.reattempts()
    told = reattempts_view.table_of(reattempts, views.FINAL)
    blocks.show(
        blocks.noted(reattempts_view.answer(reattempts), reattempts_view.NOTE, told), key="reattempts"
    )
    downloads.buttons("response", build.current()["as_of"], lambda: exports.sheet(found, {}))


main()
