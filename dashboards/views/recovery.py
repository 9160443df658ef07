"""Cards, legend and table of the Recovery page."""

from __future__ import annotations

import polars as pl

from dashboards import blocks, drill, formats, palette, words
from dashboards.blocks import Html, esc
from dashboards.filters import Filters
from dashboards.formats import count, duration, percent, rate, week
from dashboards.tables import Column, Record, table

TREND_NOTE = (
    "Band and whiskers: 95% intervals. Hollow: weeks that are not final, with what was delivered by the last day that "
    "they can be told for; their open cases can still be delivered."
)
CURVES_NOTE = (
    "Share delivered by the end of each day since the first failure, returns counted as the other way out "
    "(Aalen–Johansen). Grey: the last final week. Pale band: 95% interval of the newest. Only days that are over."
)
NO_CURVES = (
    "How weeks that are not final stand at their age is told for all cases, for one courier or for one reason: "
    "choose one of these, and no payment mode."
)
HEAT_NOTE = (
    "Share delivered. Pale, with what is still open: not final. Under 30 cases the count is shown. "
    "Click a cell for its cases."
)
BANDS_NOTE = (
    "Final weeks; time from the first failure to the first contact. "
    "Speed and reason go together: no proof of cause."
)


def cards(
    weekly: pl.DataFrame,
    responses: pl.DataFrame,
    latest: pl.DataFrame,
    ndr_rate: pl.DataFrame,
    filters: Filters,
) -> Html:
    """The last final week, the running one, the NDR rate, response time, open cases."""
    newest = weekly.row(-1, named=True)
    final = weekly.filter(pl.col("is_mature"))
    items = []
    if not final.is_empty():
        row = final.row(-1, named=True)
        items.append(
            blocks.card(
                f"Recovery, {week(row['ndr_week'])}",
                percent(row["recovery_rate"]) if row["cases"] >= formats.SMALL_N else count(row["recovered"]),
                f"{rate(row['recovered'], row['cases'], True)} "
                f"({formats.interval(row['recovery_rate_low'], row['recovery_rate_high'])})",
                href=drill.cases(filters, str(row["ndr_week"])),
            )
        )
    if not newest["is_mature"]:
        items.append(
            blocks.card(
                f"So far, {week(newest['ndr_week'])}",
                f"{percent(newest['open_share'])} open",
                _so_far(newest, latest),
                "muted-value",
                drill.cases(filters, str(newest["ndr_week"])),
            )
        )
    items.append(
        blocks.card(
            f"Failures, {week(newest['ndr_week'])}",
            count(newest["cases"]),
            f"{count(weekly['cases'].sum())} in {weekly.height} weeks",
            href=drill.cases(filters, str(newest["ndr_week"])),
        )
    )
    items.extend(_ndr_rate(row) for row in ndr_rate.to_dicts())
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


def _so_far(newest: Record, latest: pl.DataFrame) -> str:
    """What can be told of a week that is not final: its incidence by a day, or the count."""
    found = latest.filter(pl.col("ndr_week") == newest["ndr_week"]).to_dicts()
    counted = f"{count(newest['recovered'])} of {count(newest['cases'])} delivered so far"
    return f"{formats.by_day(found[0])}; {counted}" if found else counted


def _ndr_rate(row: Record) -> Html:
    """The NDR rate by both denominators, each by its name."""
    out, manifested = row["first_out"], row["manifested"]
    by_manifest = (
        f"; {percent(row['manifested_with_ndr'] / manifested)} of {count(manifested)} manifested in it"
        if manifested
        else ""
    )
    return blocks.card(
        f"NDR rate, {week(row['week'])}",
        percent(row["first_out_with_ndr"] / out)
        if out >= formats.SMALL_N
        else f"{count(row['first_out_with_ndr'])} of {count(out)}",
        f"of {count(out)} parcels first out for delivery that week{by_manifest}; those that never failed have no case "
        "to open",
    )


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
