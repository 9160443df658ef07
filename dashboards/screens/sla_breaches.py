"""SLA breaches: which promises did couriers break, with what proof, and what did they say to it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards import blocks, downloads, drill, exports, filter_bar, findings, frame, tables, words
from dashboards.charts import breaches as charts
from dashboards.entering import entries, escalating
from dashboards.filters import Filters, address
from dashboards.queries import breaches as queries
from dashboards.queries import build, evidence
from dashboards.view_state import sorted_page
from dashboards.views import breaches as views
from dashboards.views import escalations


def main() -> None:
    query, now, names = frame.page_query(), frame.now(), build.courier_names()
    filters, later = frame.page_filters().only(queries.FILTERS), escalating.later()
    summary = queries.summary(filters, later)
    frame.header("SLA breaches", views.answer(summary))
    state = query.get("escalation", "all")
    state = state if state in queries.STATES else "all"
    sort, number = sorted_page(query, queries.SORTS, "newest")
    kept = {**filters.query(), "sort": sort, "escalation": "" if state == "all" else state}
    if query.get("breach"):
        _breach(query["breach"], kept, later, names)
        return
    filter_bar.show("sla_breaches", queries.FILTERS)
    if not summary["breaches"]:
        frame.nothing_found("breaches", "sla_breaches", query)
        return
    by_courier, by_week = queries.by_courier(filters), queries.by_week(filters)
    blocks.show(views.cards(by_courier, names), key="cards")
    order = by_courier["courier"].to_list()
    title, figure = findings.breaches(by_courier, names), charts.by_week(by_week, order, names)
    drill.chart(title, views.WHAT, figure, "breaches", filters, legend=views.legend(order, names))
    blocks.show(views.states(summary, state, kept), key="states")
    rows = queries.page(filters, sort, number, state, later).to_dicts()
    blocks.show(views.breaches(rows, kept, names, now), key="breaches_table")
    total = summary["breaches" if state == "all" else state]
    blocks.show(tables.pager(total, number, queries.PAGE_SIZE, "sla_breaches", kept), key="pager")
    downloads.buttons(
        "sla-breaches",
        build.current()["as_of"],
        lambda: exports.sheet(queries.export(filters, state, later), names),
    )
    _packs(filters, state, later, total, names)


def _packs(filters: Filters, state: str, later: dict[str, str], total: int, names: Mapping[str, str]) -> None:
    """The evidence of all breaches of one courier in this view."""
    couriers = filters.get("courier")
    if len(couriers) != 1 or not total:
        blocks.show(blocks.caption(views.PACK_HINT), key="pack_hint")
        return
    blocks.show(blocks.caption(views.pack_of(total, words.plain(couriers[0], dict(names)))), key="pack_hint")
    downloads.packs(
        f"evidence_{couriers[0]}",
        build.current()["as_of"],
        lambda: evidence.of_view(filters, state, later),
        names,
    )


def _breach(
    instruction_id: str, kept: Mapping[str, str], later: Mapping[str, str], names: Mapping[str, str]
) -> None:
    """One breach: its proof, its pack, and its escalation."""
    blocks.show(blocks.link(blocks.esc("← All breaches"), address("sla_breaches", kept)), key="back")
    row, now = evidence.of_breach(instruction_id), frame.now()
    if row is None:
        blocks.show(blocks.caption("There is no breach of this name in the published data."), key="gone")
        return
    if instruction_id in later:
        row |= {"escalation_state": later[instruction_id], "is_on_its_way": True}
    name = words.plain(row["courier"], dict(names))
    told = entries.read([(row["courier"], row["awb"])])
    own = told[row["courier"], row["awb"]] if told is not None else None
    left, right = st.columns([3, 2], gap="medium")
    with right:
        blocks.show(escalations.history(escalating.steps(own or [], instruction_id), now), key="history")
        with st.container(border=True, key="escalation", gap="small"):
            blocks.show(blocks.Html('<h3 class="heading">Escalate it</h3>'), key="escalation_head")
            escalating.show(row, own)
        downloads.packs(f"evidence_{row['awb']}", build.current()["as_of"], lambda: [row], names)
    with left:
        scans = evidence.scans([instruction_id])[instruction_id]
        blocks.show(escalations.evidence(_whole(row), scans, name, now), key="evidence")


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    return {"is_on_its_way": False, **row}


main()
