"""SLA breaches: which promises did couriers break, with what proof?"""

from __future__ import annotations

from dashboards import blocks, downloads, drill, exports, filter_bar, findings, frame, tables
from dashboards.charts import breaches as charts
from dashboards.queries import breaches as queries
from dashboards.queries import build
from dashboards.view_state import sorted_page
from dashboards.views import breaches as views


def main() -> None:
    query, now, names = frame.page_query(), frame.now(), build.courier_names()
    filters = frame.page_filters().only(queries.FILTERS)
    summary = queries.summary(filters)
    frame.header("SLA breaches", views.answer(summary))
    filter_bar.show("sla_breaches", queries.FILTERS)
    if not summary["breaches"]:
        frame.nothing_found("breaches", "sla_breaches", query)
        return
    by_courier, by_week = queries.by_courier(filters), queries.by_week(filters)
    blocks.show(views.cards(by_courier, names), key="cards")
    order = by_courier["courier"].to_list()
    title, figure = findings.breaches(by_courier, names), charts.by_week(by_week, order, names)
    drill.chart(title, views.WHAT, figure, "breaches", filters, legend=views.legend(order, names))
    sort, number = sorted_page(query, queries.SORTS, "newest")
    kept = {**filters.query(), "sort": sort}
    rows = queries.page(filters, sort, number).to_dicts()
    blocks.show(views.breaches(rows, kept, names, now), key="breaches_table")
    blocks.show(
        tables.pager(summary["breaches"], number, queries.PAGE_SIZE, "sla_breaches", kept), key="pager"
    )
    downloads.buttons(
        "sla-breaches", build.current()["as_of"], lambda: exports.sheet(queries.export(filters), names)
    )


main()
