"""Actions: did the couriers get what we asked, and do it? What waits, what was sent, and what became of it."""

from __future__ import annotations

from dashboards import blocks, downloads, exports, filter_bar, frame, tables
from dashboards.entering import orders
from dashboards.queries import actions as queries
from dashboards.queries import build
from dashboards.view_state import sorted_page
from dashboards.views import actions as views
from dashboards.views import outbox

FIRST = "submitted"


def main() -> None:
    query, now, names = frame.page_query(), frame.now(), build.courier_names()
    filters = frame.page_filters().only(queries.FILTERS)
    tab = query.get("tab", "")
    tab = tab if tab in queries.TABS else FIRST
    frame.header("Actions", views.answer(queries.summary(filters)))
    if notice := outbox.notice(orders.all_of_them(), names, now):
        blocks.show(notice, key="notice")
    filter_bar.show("actions", queries.FILTERS, offered=("action", "asker"))
    counts = queries.tab_counts(filters)
    sort, number = sorted_page(query, queries.sorts(tab), queries.first_sort(tab))
    kept = {**filters.query(), "tab": tab, "sort": sort}
    blocks.show(views.tabs(counts, tab, kept), key="tabs")
    rows = queries.page(tab, filters, sort, number).to_dicts()
    if not rows:
        frame.nothing_found("actions", "actions", query)
        return
    draw = views.pending if tab == "pending" else views.sent
    blocks.show(draw(rows, kept, sort, names, now), key="actions_table")
    blocks.show(tables.pager(counts[tab], number, queries.PAGE_SIZE, "actions", kept), key="pager")
    downloads.buttons(
        f"actions-{tab}",
        build.current()["as_of"],
        lambda: exports.sheet(queries.export(tab, filters), names),
    )


main()
