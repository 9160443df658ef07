"""Cards, legend and table of the Recovery page."""

from __future__ import annotations

import polars as pl

from dashboards import blocks, drill, formats, palette, words
from dashboards.blocks import Html, esc
from dashboards.filters import Filters
from dashboards.formats import count, duration, percent, rate, week
from dashboards.tables import Column, Record, table

TREND_NOTE = "Dotted: weeks that are not final; their open cases can still be delivered."
HEAT_NOTE = (
    "Share delivered. Pale, with what is still open: not final. Under 30 cases the count is shown. "
    "Click a cell for its cases."
)
BANDS_NOTE = (
    "Final weeks; time from the first failure to the first contact. "
    "Speed and reason go together: no proof of cause."
)


def cards(weekly: pl.DataFrame, responses: pl.DataFrame, filters: Filters) -> Html:
    """The last final week, the running one, response time, open cases."""
    latest = weekly.row(-1, named=True)
    final = weekly.filter(pl.col("is_mature"))
    items = []
    if not final.is_empty():
        row = final.row(-1, named=True)
        items.append(
            blocks.card(
                f"Recovery, {week(row['ndr_week'])}",
                percent(row["recovery_rate"]) if row["cases"] >= formats.SMALL_N else count(row["recovered"]),
                rate(row["recovered"], row["cases"], True),
                href=drill.cases(filters, str(row["ndr_week"])),
            )
        )
    if not latest["is_mature"]:
        items.append(
            blocks.card(
                f"So far, {week(latest['ndr_week'])}",
                f"{percent(latest['open_share'])} open",
                rate(latest["recovered"], latest["cases"], False, latest["open_cases"]),
                "muted-value",
                drill.cases(filters, str(latest["ndr_week"])),
            )
        )
    items.append(
        blocks.card(
            f"Failures, {week(latest['ndr_week'])}",
            count(latest["cases"]),
            f"{count(weekly['cases'].sum())} in {weekly.height} weeks",
            href=drill.cases(filters, str(latest["ndr_week"])),
        )
    )
    reached = responses.row(-1, named=True)
    items.append(
        blocks.card(
            "First contact, median",
            duration(reached["median_response_minutes"]),
            f"{count(reached['reached'])} of {count(reached['cases'])} reached in {week(reached['ndr_week'])}",
        )
    )
    items.append(
        blocks.card(
            "Open now",
            count(weekly["open_cases"].sum()),
            "failed parcels without an outcome",
            href=drill.cases(filters, stage="open"),
        )
    )
    return blocks.cards(items)


def legend(order: list[str]) -> Html:
    """The reasons with their colours, in the order of the stack."""
    parts = [f"<span>{_dot(reason)}{esc(words.plain(reason, words.REASONS))}</span>" for reason in order]
    return Html(f'<div class="legend small">{"".join(parts)}</div>')


def _dot(reason: str) -> Html:
    return Html(f'<span class="dot" style="background:{palette.reason_colour(reason)}"></span>')


def reasons(rows: pl.DataFrame, filters: Filters) -> Html:
    """Every reason with volume, recovery of final weeks, open cases and response time."""

    def name(row: Record) -> Html:
        label = esc(words.plain(row["reason_bucket"], words.REASONS))
        return Html(
            _dot(row["reason_bucket"]) + blocks.link(label, drill.cases(filters, reason=row["reason_bucket"]))
        )

    def recovery(row: Record) -> Html:
        told = rate(row["final_recovered"], row["final_cases"], True)
        return (
            Html(f'<span class="muted">{esc(told)}</span>')
            if row["final_cases"] < formats.SMALL_N
            else esc(told)
        )

    columns = [
        Column("Reason of the first failure", name),
        Column("Cases", lambda row: esc(count(row["cases"])), is_number=True),
        Column("Share", lambda row: esc(percent(row["share"])), is_number=True),
        Column("Delivered, final weeks", recovery, is_number=True),
        Column("Open", lambda row: esc(count(row["open_cases"])), is_number=True),
        Column(
            "First contact, median", lambda row: esc(duration(row["median_response_minutes"])), is_number=True
        ),
    ]
    return table(rows.to_dicts(), columns, "recovery", {}, as_cards=False)
