"""First line, notes and table of the Pincodes page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboards import blocks, drill, findings, formats
from dashboards.blocks import Html, esc
from dashboards.filter_list import BY_NAME, PLACES
from dashboards.filters import Filters, address
from dashboards.formats import count, percent, plural
from dashboards.tables import Column, Record, table

TOP = 20
NOTE = "A circle is a pincode, its area the failures. Grey: where pincodes are. Click a circle for its cases."


def answer(rows: pl.DataFrame, filters: Filters) -> str:
    """The page's first line: how much the worst pincodes of this view hold, and what cannot be placed."""
    total = int(rows["failures"].sum())
    if not total:
        return "No failed deliveries in this view."
    known = rows.filter(pl.col("pincode") != "unknown")
    lost = total - int(known["failures"].sum())
    within = next(
        (f" in {', '.join(filters.get(name))}" for name in ("district", "state") if filters.get(name)), ""
    )
    told = f"{count(total)} {plural(total, 'failure')}{within}"
    if known.is_empty():
        return f"None of {told} has a pincode."
    unknown = f"; of {count(lost)} the pincode is unknown" if lost else ""
    if known.height <= TOP:
        first = known.row(0, named=True)
        places = f"{known.height} {plural(known.height, 'pincode')}"
        return f"{told} in {places}, most in {first['pincode']}: {count(first['failures'])}{unknown}."
    held = int(known["failures"].head(TOP).sum())
    return f"{TOP} of {count(known.height)} pincodes hold {percent(held / total)} of {told}{unknown}."


def counted(rows: pl.DataFrame, weeks: Mapping[str, Any]) -> str:
    """What the counts of this view are of; `weeks` is the answer of `queries.build.final_weeks`."""
    told = "Failures and open cases are of all weeks, deliveries of final weeks alone"
    if not weeks["cases"]:
        return f"{told}: no week is final yet."
    final = int(rows["final_cases"].sum())
    later = int(rows["failures"].sum()) - final
    return f"{told}: {findings.final_weeks({**weeks, 'cases': final, 'later_cases': later})}."


def title(rows: pl.DataFrame) -> str:
    """Title of the circles: the pincode with most failures, and how many failures have no place on it."""
    known = rows.filter(pl.col("latitude").is_not_null())
    missing = int(rows["failures"].sum()) - int(known["failures"].sum())
    if known.is_empty():
        return "No pincode of this view has a known place"
    row = known.row(0, named=True)
    told = f"{row['pincode']} ({row['district']}) has most: {count(row['failures'])} failures"
    return f"{told}; {count(missing)} cannot be drawn" if missing else told


def table_of(rows: pl.DataFrame, level: str, filters: Filters, query: Mapping[str, str], sort: str) -> Html:
    """Every place of one level, scrolling beside the circles; its name leads a level down, its counts to the cases."""

    def inside(row: Record) -> Filters:
        found = filters
        for name in PLACES[: PLACES.index(level) + 1]:
            found = found.replaced(name, [row[name]])
        return found

    def name(row: Record) -> Html:
        label, places = esc(row[level]), row["pincodes"]
        if level == "pincode":
            return blocks.link(label, drill.cases(inside(row)), "Open these cases")
        below = address("pincodes", {**query, **inside(row).query()})
        return blocks.under(
            blocks.link(label, below, "Look inside"), esc(f"{count(places)} {plural(places, 'pincode')}")
        )

    def failures(row: Record) -> Html:
        return blocks.link(esc(count(row["failures"])), drill.cases(inside(row)), "Open these cases")

    def still_open(row: Record) -> Html:
        if not row["open_cases"]:
            return esc("0")
        href = drill.cases(inside(row).replaced("outcome", ["open"]))
        return blocks.link(esc(count(row["open_cases"])), href, "Open these cases")

    def delivered(row: Record) -> Html:
        if not row["final_cases"]:
            return esc(formats.NOTHING)
        few = row["final_cases"] < formats.SMALL_N
        part, whole = count(row["final_recovered"]), count(row["final_cases"])
        told = f"{part} of {whole}" if few else f"{percent(row['recovery_rate'])} of {whole}"
        shown = Html(f'<span class="muted">{told}</span>') if few else esc(told)
        return blocks.link(shown, drill.cases(inside(row).replaced("final", ["yes"])), "Open these cases")

    columns = [
        Column(BY_NAME[level].label, name),
        Column("Failures", failures, is_number=True, sort="cases"),
        Column(
            "Delivered", delivered, is_number=True, sort="recovery", help="Of final weeks; under 30 the count"
        ),
        Column("Open", still_open, is_number=True, sort="open", help="Parcels without an outcome"),
    ]
    shown = table(rows.to_dicts(), columns, "pincodes", query, sort=sort, as_cards=False)
    return Html(f'<div class="within">{shown}</div>')
