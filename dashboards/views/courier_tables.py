"""The Couriers page's two further tables: months on the same mix, and what is worth a question."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import polars as pl

from dashboards import blocks, drill, formats, words
from dashboards.blocks import Html, esc, under
from dashboards.filters import Filters
from dashboards.formats import count, percent
from dashboards.tables import Column, Record, table

MONTHS_NOTE = (
    "Delivered on the same mix of reasons for all couriers and months, by the month of the first failure, with 95% "
    "intervals; final weeks only, so the latest month is not whole."
)
SIGNALS_NOTE = (
    "Cases of final weeks with at least one attempt that is worth a question to the courier. A signal is no "
    "proof: a scan can be missing or late. Under 30 cases the count is shown."
)


def months(rows: pl.DataFrame, filters: Filters, names: Mapping[str, str]) -> Html:
    """A row a courier, a column a month; each number opens the month's cases."""
    shown = sorted(rows["ndr_month"].unique().to_list())
    cells = {(row["courier"], row["ndr_month"]): row for row in rows.to_dicts()}
    couriers = [{"courier": courier} for courier in rows["courier"].unique(maintain_order=True)]
    columns = [Column("Courier", lambda row: esc(words.plain(row["courier"], dict(names))))]
    columns += [Column(f"{month:%b %Y}", _month(month, cells, filters), is_number=True) for month in shown]
    return table(couriers, columns, "couriers", {}, as_cards=False)


def _month(
    month: date, cells: Mapping[tuple[str, date], Record], filters: Filters
) -> Callable[[Record], Html]:
    last = month.replace(day=monthrange(month.year, month.month)[1])
    narrowed = filters.replaced("ndr_date", [month.isoformat(), last.isoformat()])

    def cell(row: Record) -> Html:
        found = cells.get((row["courier"], month))
        if found is None:
            return esc(formats.NOTHING)
        href = drill.cases(narrowed, courier=row["courier"])
        if found["cases"] < formats.SMALL_N:
            counted = f"{count(found['recovered'])} of {count(found['cases'])}"
            return blocks.link(Html(f'<span class="muted">{counted}</span>'), href, "Open these cases")
        name = "recovery_rate_standardised"
        ends = formats.interval(found[f"{name}_low"], found[f"{name}_high"])
        rate = blocks.link(esc(percent(found[name])), href, "Open these cases")
        return under(rate, esc(f"{ends} of {count(found['cases'])}"))

    return cell


def signals(rows: pl.DataFrame, filters: Filters, names: Mapping[str, str]) -> Html:
    """A row a courier, a column a signal: the share of its cases; each number opens them."""

    def cases(row: Record) -> Html:
        return blocks.link(
            esc(count(row["cases"])), drill.cases(filters, courier=row["courier"]), "Open these cases"
        )

    def share(word: str, among: str) -> Callable[[Record], Html]:
        def cell(row: Record) -> Html:
            href = drill.cases(filters, courier=row["courier"], also=f"signal={among}")
            return blocks.link(_share(row[word], row["cases"]), href, "Open these cases")

        return cell

    columns = [
        Column("Courier", lambda row: esc(words.plain(row["courier"], dict(names)))),
        Column("Cases", cases, is_number=True),
        Column("Any of these", share("suspect", ",".join(words.SIGNALS)), is_number=True),
    ]
    columns += [
        Column(label, share(word, word), is_number=True, help=words.SIGNAL_HELP[word])
        for word, label in words.SIGNALS.items()
    ]
    return table(rows.to_dicts(), columns, "couriers", {})


def _share(part: int, whole: Any) -> Html:
    if whole < formats.SMALL_N:
        return Html(f'<span class="muted">{count(part)} of {count(whole)}</span>')
    return esc(f"{part / whole * 100:.1f}%" if part else "none")
