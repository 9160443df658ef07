"""Couriers: who delivers what we ask, on a fair comparison?"""

from __future__ import annotations

from dashboards import blocks, downloads, drill, exports, filter_bar, findings, frame
from dashboards.charts import couriers as charts
from dashboards.queries import build
from dashboards.queries import couriers as queries
from dashboards.view_state import sorted_page
from dashboards.views import courier_tables
from dashboards.views import couriers as views


def main() -> None:
    query, names = frame.page_query(), build.courier_names()
    filters = frame.page_filters().only(queries.FILTERS)
    sort, _ = sorted_page(query, queries.SORTS, "same_mix")
    scorecard = queries.scorecard(filters, sort)
    frame.header("Couriers", findings.couriers(scorecard, names))
    filter_bar.show("couriers", queries.FILTERS)
    weeks = build.final_weeks()
    if not weeks["cases"]:
        frame.nothing_final()
        return
    if scorecard.is_empty():
        frame.nothing_found("couriers", "couriers", query)
        return
    blocks.show(blocks.caption(f"{findings.final_weeks(weeks)}."), key="weeks")
    title, figure = findings.same_mix(scorecard, names), charts.rates(scorecard, names)
    drill.chart(title, views.NOTE, figure, "couriers", views.final(filters), legend=views.LEGEND)
    kept = {**filters.query(), "sort": sort}
    blocks.show(views.scorecard(scorecard, filters, names, kept, sort), key="scorecard")
    blocks.show(blocks.caption(views.SHARES), key="shares")
    narrowed = views.final(filters)
    months = courier_tables.months(queries.monthly(filters), narrowed, names)
    signals = courier_tables.signals(queries.signals(filters), narrowed, names)
    blocks.show(blocks.noted("By month, on the same mix", courier_tables.MONTHS_NOTE, months), key="months")
    blocks.show(
        blocks.noted("Attempts worth a question", courier_tables.SIGNALS_NOTE, signals), key="signals"
    )
    downloads.buttons("couriers", build.current()["as_of"], lambda: exports.sheet(scorecard, names))


main()
