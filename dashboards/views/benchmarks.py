"""First line and panels of the Benchmarks page: our own value, then one strip a published source.

Refuses: an average of sources, and a verdict of its own; a band's word is its source's.
"""

from __future__ import annotations

import polars as pl

from dashboards import blocks, drill, words
from dashboards.blocks import Html, esc
from dashboards.filters import Filters
from dashboards.findings import BAND_ORDER
from dashboards.formats import NOTHING, SMALL_N, count
from dashboards.tables import Record
from dashboards.views.strips import GAPS, is_minutes, spoken, strips

CAPTION = (
    "All couriers, final weeks only; filters do not apply here. Every source stands for itself: they count different "
    "things, so they are never averaged."
)

# The filter that leaves the cases a metric is of. Parcels that never failed are in no list of cases.
_BEHIND = {
    "recovery_rate": "",
    "median_response_minutes": f"band={','.join(BAND_ORDER)}",
    "customer_confirmed_share": "reattempt=confirmed,unconfirmed",
    "template_response_rate": "message=delivered",
}
# The filter that leaves those that count in its share.
_COUNTED = {
    "recovery_rate": "outcome=delivered",
    "customer_confirmed_share": "reattempt=confirmed",
    "template_response_rate": "message=answered",
}


def answer(own: pl.DataFrame, by_source: pl.DataFrame) -> str:
    """The page's first line: recovery, by every source in its own word."""
    row = own.filter(pl.col("metric") == "recovery_rate").row(0, named=True)
    if row["own_value"] is None:
        return "No week is final yet, so there is nothing to compare."
    if row["n"] < SMALL_N:
        return f"{_value(row)} cases of final weeks were delivered: too few to compare."
    told: dict[str, list[str]] = {}
    for each in by_source.filter(pl.col("metric") == "recovery_rate").to_dicts():
        told.setdefault(each["band"], []).append(each["source"])
    said = [
        f"{GAPS.get(band, f'“{band}” by')} {' and '.join(sources)}"
        for band, sources in sorted(told.items(), key=lambda item: item[0] in GAPS)
    ]
    return f"Recovery is {_value(row)} of {count(row['n'])} cases, final weeks: {'; '.join(said)}."


def metrics(own: pl.DataFrame, by_source: pl.DataFrame, bands: pl.DataFrame) -> Html:
    """A panel a metric, in the order of words.METRICS; unknown ones last. `bands` are all bands of all sources."""
    known = [*words.METRICS, *(set(own["metric"]) - set(words.METRICS))]
    found = {row["metric"]: row for row in own.to_dicts()}
    panels = []
    for metric in [name for name in known if name in found]:
        sources = by_source.filter(pl.col("metric") == metric).to_dicts()
        known_bands = bands.filter(pl.col("metric") == metric).to_dicts()
        title = words.plain(metric, words.METRICS)
        panels.append(
            blocks.panel(title, Html(_own(found[metric]) + strips(found[metric], sources, known_bands)))
        )
    return Html(f'<div class="panels">{"".join(panels)}</div>')


def _own(row: Record) -> Html:
    metric, few = row["metric"], row["n"] < SMALL_N
    what = words.METRIC_COUNTS.get(metric, "")
    if row["own_value"] is None:
        value, told = NOTHING, f"not counted yet: no {what} in final weeks"
    else:
        value = _value(row)
        told = (
            f"of {count(row['n'])} {what}, final weeks"
            if not few or is_minutes(row)
            else f"{what}, final weeks"
        )
        told += "; too few to compare" if few else ""
    tone = " muted" if few else ""
    figure, shown = Html(f'<b class="figure{tone}">{esc(value)}</b>'), esc(told)
    if row["n"]:
        figure, shown = _opened(figure, _COUNTED.get(metric)), _opened(shown, _BEHIND.get(metric))
    meaning = esc(words.METRIC_HELP.get(metric, ""))
    return Html(f'<p class="own">{figure} {shown}</p><p class="muted small">{meaning}</p>')


def _opened(inside: Html, narrowing: str | None) -> Html:
    """A link to the cases of final weeks that the narrowing leaves; plain where there is none."""
    if narrowing is None:
        return inside
    return blocks.link(inside, drill.cases(Filters({"final": ["yes"]}), also=narrowing), "Open these cases")


def _value(row: Record) -> str:
    """Our value in its unit; a share of few cases as its count."""
    if not is_minutes(row) and row["n"] < SMALL_N:
        return f"{count(row['own_value'] * row['n'])} of {count(row['n'])}"
    return spoken(row, row["own_value"])
