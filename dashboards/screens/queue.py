"""Queue: which parcel next, and what do I do with it? New cases first, the other stages a click away."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from dashboards import blocks, downloads, exports, filter_bar, frame, tables
from dashboards.entering import bulk, entries
from dashboards.filter_list import ALL
from dashboards.filters import Filters
from dashboards.queries import build
from dashboards.queries import queue as queries
from dashboards.view_state import QueueView
from dashboards.views import on_its_way
from dashboards.views import queue as views


def main() -> None:
    query, filters, now = frame.page_query(), frame.page_filters(), frame.now()
    view = QueueView.from_query(query)
    frame.header("Queue", views.answer(view.stage, queries.summary(view.stage, filters, view.find), now))
    filter_bar.show("queue", [each.name for each in ALL])
    kept = {**view.query(), **filters.query()}
    blocks.show(views.stages(queries.stage_counts(filters, view.find), view.stage, kept), key="stages")
    _tools(view)
    rows = queries.page(view.stage, filters, view.find, view.sort, view.page).to_dicts()
    if not rows:
        frame.nothing_found("cases", "queue", query)
        return
    rows = on_its_way.on_rows(rows, entries.read([(row["courier"], row["awb"]) for row in rows]))
    total, names = queries.stage_counts(filters, view.find)[view.stage], build.courier_names()
    above = st.container(key="many", gap="small")
    table = views.cases(rows, kept, view.sort, names, now, can_pick=not entries.is_replay())
    picked = blocks.show_picking(table, "cases", bulk.current().number)
    if not entries.is_replay():
        with above:
            _many(view, filters, picked, total, now)
    blocks.show(tables.pager(total, view.page, queries.PAGE_SIZE, "queue", kept), key="pager")
    _export(view, filters)


def _many(view: QueueView, filters: Filters, picked: list[str], total: int, now: datetime) -> None:
    """One decision for the chosen parcels, or for all that the filters show."""
    is_all = st.checkbox(views.all_of(total), key="bulk_all", help=views.MANY_HELP)
    if is_all:
        rows = queries.parcels(view.stage, filters, view.find, view.sort, bulk.MOST)
    else:
        rows = queries.parcels_of(picked)
    bulk.show(rows.to_dicts(), build.courier_names(), now)


def _tools(view: QueueView) -> None:
    """Finding one parcel, and the order."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    view.seed()
    left.text_input("Find", placeholder="AWB, order, customer's name or number", key="view_find",
                    on_change=view.changed, label_visibility="collapsed", icon=":material/search:")  # fmt: skip
    right.selectbox("Sort by", list(views.SORT_NAMES), key="view_sort", on_change=view.changed,
                    format_func=lambda sort: f"Sort by {views.SORT_NAMES[sort].lower()}",
                    label_visibility="collapsed")  # fmt: skip


def _export(view: QueueView, filters: Filters) -> None:
    """The whole view as a file; queried and written only when asked for."""
    names = build.courier_names()
    downloads.buttons(
        f"queue-{view.stage}",
        build.current()["as_of"],
        lambda: exports.sheet(queries.export(view.stage, filters, view.find, view.sort), names),
    )


main()
