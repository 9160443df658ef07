"""Legend and table of the Couriers page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from dashboards import blocks, drill, formats, palette, words
from dashboards.blocks import Html, esc, under
from dashboards.filters import Filters, address
from dashboards.formats import count, percent
from dashboards.tables import Column, Record, table

NOTE = (
    "Same mix: a courier's rate on each reason, weighted by how often all couriers together meet that reason, "
    "so that nobody looks good by easy failures or bad by hard ones. Whiskers: 95% intervals. Final weeks only."
)
LEGEND = Html(
    '<div class="legend small">'
    f'<span><span class="dot" style="background:{palette.MUTED};opacity:.4"></span>Its own mix of reasons</span>'
    f'<span><span class="dot" style="background:{palette.MUTED}"></span>The same mix for all</span></div>'
)
SHARES = (
    "Honoured, not honoured and breached are shares of the reattempts that the courier accepted and that could be "
    "judged; the courier's fault is part of the last two. A case can have several. Under 30 the count is shown, and "
    "the bar is hollow."
)


def final(filters: Filters) -> Filters:
    """These filters, narrowed to the cases the scorecard is of."""
    return filters.replaced("final", ["yes"])


def scorecard(
    rows: pl.DataFrame, filters: Filters, names: Mapping[str, str], query: Mapping[str, str], sort: str
) -> Html:
    """Every courier with its rates and shares, each number a link to the cases behind it."""
    everything = final(filters)

    def opened(words_of_link: Html, row: Record, **narrowing: str) -> Html:
        narrowed = everything
        for name, text in narrowing.items():
            narrowed = narrowed.replaced(name, text.split(","))
        return blocks.link(words_of_link, drill.cases(narrowed, courier=row["courier"]), "Open these cases")

    def courier(row: Record) -> Html:
        dot = Html(
            f'<span class="dot" style="background:{palette.courier_colour(row["courier"])}"></span>'
            f"<b>{esc(words.plain(row['courier'], dict(names)))}</b>"
        )
        return opened(dot, row)

    def cases(row: Record) -> Html:
        return opened(esc(count(row["cases"])), row)

    def raw(row: Record) -> Html:
        rate = opened(_share(row["recovered"], row["cases"]), row, outcome="delivered")
        return rate if row["cases"] < formats.SMALL_N else under(rate, _interval(row, "recovery_rate"))

    def same_mix(row: Record) -> Html:
        if row["cases"] < formats.SMALL_N:
            return Html('<span class="muted">too few</span>')
        covered = row["reason_mix_covered"]
        rate = opened(esc(percent(row["recovery_rate_standardised"])), row)
        told = _interval(row, "recovery_rate_standardised")
        return under(rate, told if covered > 0.995 else esc(f"{told}, on {percent(covered)} of the mix"))

    def asked(row: Record) -> Html:
        if not row["judged"]:
            return esc(formats.NOTHING)
        return opened(esc(count(row["judged"])), row, judged="honoured,not_honoured,sla_breached")

    def judged(word: str) -> Callable[[Record], Html]:
        return lambda row: (
            opened(_share(row[word], row["judged"]), row, judged=word)
            if row["judged"]
            else esc(formats.NOTHING)
        )

    def breached(row: Record) -> Html:
        if not row["judged"]:
            return esc(formats.NOTHING)
        proof = address("sla_breaches", {**everything.query(), "courier": row["courier"]})
        return blocks.link(_share(row["sla_breached"], row["judged"]), proof, "Open these breaches")

    same_help = "On the mix of reasons of all couriers; reasons that it had no case of are left out"
    fault_help = "Not honoured or breached by the courier's own fault"
    columns = [
        Column("Courier", courier),
        Column("Cases", cases, is_number=True, sort="cases"),
        Column("Delivered", raw, is_number=True, sort="recovery"),
        Column("Same mix", same_mix, is_number=True, sort="same_mix", help=same_help),
        Column("Reattempts judged", asked, is_number=True, help="Accepted by the courier, and decided"),
        Column("Honoured", judged("honoured"), is_number=True, sort="honoured"),
        Column("Not honoured", judged("not_honoured"), is_number=True, sort="not_honoured"),
        Column("Breached", breached, is_number=True, sort="breached"),
        Column("Courier's fault", judged("courier_fault"), is_number=True, sort="fault", help=fault_help),
    ]
    return table(rows.to_dicts(), columns, "couriers", query, sort=sort)


def _interval(row: Record, name: str) -> Html:
    return esc(formats.interval(row[f"{name}_low"], row[f"{name}_high"]))


def _share(part: int, whole: Any) -> Html:
    """A share, or the count, muted, where there are too few for one."""
    if whole < formats.SMALL_N:
        return Html(f'<span class="muted">{count(part)} of {count(whole)}</span>')
    return esc(percent(part / whole))
