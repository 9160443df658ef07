"""The Response page's table of reattempts: what a customer's word and the number of failures go with."""

from __future__ import annotations

import polars as pl

from dashboards import blocks, drill, formats, words
from dashboards.blocks import Html, esc
from dashboards.filters import Filters
from dashboards.formats import count, percent
from dashboards.tables import Column, Record, table

NOTE = (
    "Visits after a failure that were carried out, of cases of final weeks, with 95% intervals. Confirmed or not: "
    "after failures on which another attempt can succeed. A case can have several, and opens once. Who confirms is "
    "not like who does not: no proof of cause."
)


def answer(rows: pl.DataFrame) -> str:
    """The heading: confirmed beside unconfirmed reattempts."""
    found = {row["kind"]: row for row in rows.to_dicts() if row["reattempts"] >= formats.SMALL_N}
    if not {"confirmed", "unconfirmed"} <= set(found):
        return "Reattempts"
    yes, no = (percent(found[kind]["delivered_share"]) for kind in ("confirmed", "unconfirmed"))
    return f"{yes} of the reattempts that the customer confirmed delivered, {no} of the others"


def table_of(rows: pl.DataFrame, filters: Filters) -> Html:
    """A row a kind; the counts open the cases that have such a reattempt."""

    def opened(inside: Html, kind: str) -> Html:
        return blocks.link(inside, drill.cases(filters, also=f"reattempt={kind}"), "Open these cases")

    def share(row: Record) -> Html:
        if row["reattempts"] < formats.SMALL_N:
            return Html('<span class="muted">too few</span>')
        ends = formats.interval(row["delivered_share_low"], row["delivered_share_high"])
        return blocks.under(esc(percent(row["delivered_share"])), esc(ends))

    columns = [
        Column("Reattempt", lambda row: esc(words.plain(row["kind"], words.REATTEMPTS))),
        Column("Carried out", lambda row: opened(esc(count(row["reattempts"])), row["kind"]), is_number=True),
        Column(
            "Delivered",
            lambda row: opened(esc(count(row["delivered"])), f"{row['kind']}_delivered"),
            is_number=True,
        ),
        Column("Share", share, is_number=True, help="Delivered, of these; under 30 the count speaks"),
    ]
    return table(rows.to_dicts(), columns, "response", {}, as_cards=False)
