"""First line and panels of the Benchmarks page: our own value, then one strip a published source.

Refuses: an average of sources, and a verdict of its own; a band's word is its source's.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboards import blocks, drill, words
from dashboards.blocks import Html, esc, pill
from dashboards.filters import Filters
from dashboards.formats import NOTHING, SMALL_N, count, duration, percent
from dashboards.tables import Record

CAPTION = (
    "All couriers, final weeks only; filters do not apply here. Every source stands for itself: they count different "
    "things, so they are never averaged."
)
_GAPS = {
    "between bands": "between the bands of",
    "below bands": "below the bands of",
    "above bands": "above the bands of",
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
        f"{_GAPS.get(band, f'“{band}” by')} {' and '.join(sources)}"
        for band, sources in sorted(told.items(), key=lambda item: item[0] in _GAPS)
    ]
    return f"Recovery is {_value(row)} of {count(row['n'])} cases, final weeks: {'; '.join(said)}."


def metrics(own: pl.DataFrame, by_source: pl.DataFrame) -> Html:
    """A panel a metric, in the order of words.METRICS; unknown ones last."""
    known = [*words.METRICS, *(set(own["metric"]) - set(words.METRICS))]
    found = {row["metric"]: row for row in own.to_dicts()}
    panels = []
    for metric in [name for name in known if name in found]:
        sources = by_source.filter(pl.col("metric") == metric).to_dicts()
        title = words.plain(metric, words.METRICS)
        panels.append(blocks.panel(title, Html(_own(found[metric]) + _strips(found[metric], sources))))
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
            if not few or _is_minutes(row)
            else f"{what}, final weeks"
        )
        told += "; too few to compare" if few else ""
    shown = esc(told)
    if metric == "recovery_rate" and row["n"]:
        shown = blocks.link(shown, drill.cases(Filters({"final": ["yes"]})), "Open these cases")
    tone = " muted" if few else ""
    meaning = esc(words.METRIC_HELP.get(metric, ""))
    return Html(
        f'<p class="own"><b class="figure{tone}">{esc(value)}</b> {shown}</p><p class="muted small">{meaning}</p>'
    )


def _strips(row: Record, sources: Sequence[Record]) -> Html:
    return Html(
        f'<div class="strips">{"".join(_strip(row, source, _top(row, sources)) for source in sources)}</div>'
    )


def _strip(row: Record, source: Record, top: float) -> Html:
    """A source's band or gap around our value on the metric's scale, in words below."""
    same = (
        pill("Same definition", "green")
        if source["is_definition_same"]
        else pill("Defined differently", "orange", source["definition_note"])
    )
    head = f'<div class="who"><b>{esc(source["source"])}</b> {same}</div>'
    track = "" if source["band"] is None else _track(row, source, top)
    return Html(
        f'<div class="strip">{head}{track}<div>{esc(_verdict(row, source))}</div>'
        f'<div class="muted small">{esc(source["definition_note"])}</div></div>'
    )


def _track(row: Record, source: Record, top: float) -> Html:
    low, high = source["low"], source["high"]
    start, end = (0.0 if low is None else low / top * 100), (100.0 if high is None else high / top * 100)
    kind, few = "gap" if source["band"] in _GAPS else "band", " few" if row["n"] < SMALL_N else ""
    ticks = "".join(
        f'<span class="tick" style="left:clamp(.8rem,{bound / top * 100:.1f}%,100% - 1.2rem)">'
        f"{esc(_spoken(row, bound))}</span>"
        for bound in sorted({bound for bound in (low, high) if bound is not None})
    )
    return Html(
        f'<div class="track" aria-hidden="true">'
        f'<span class="{kind}" style="left:{start:.1f}%;width:{end - start:.1f}%"></span>'
        f'<span class="mark{few}" style="left:{row["own_value"] / top * 100:.1f}%"></span>{ticks}</div>'
    )


def _top(row: Record, sources: Sequence[Record]) -> float:
    """The end of the metric's scale, the same for all its sources: a share never passes 1."""
    bounds = [bound for source in sources for bound in (source["low"], source["high"]) if bound is not None]
    top = max([row["own_value"] or 0, *bounds]) * 1.25 or 1.0
    return float(top if _is_minutes(row) else min(top, 1.0))


def _verdict(row: Record, source: Record) -> str:
    """The source's word for our value with its range, or the gap it falls into."""
    low, high = _spoken(row, source["low"]), _spoken(row, source["high"])
    match source["band"]:
        case None:
            return "Nothing to compare yet."
        case "between bands":
            return f"Between bands: one ends at {low}, the next begins at {high}."
        case "below bands":
            return f"Below all its bands: the lowest begins at {high}."
        case "above bands":
            return f"Above all its bands: the highest ends at {low}."
        case band:
            return f"“{band[0].upper()}{band[1:]}”: {source['quoted_range']}"


def _value(row: Record) -> str:
    """Our value in its unit; a share of few cases as its count."""
    if not _is_minutes(row) and row["n"] < SMALL_N:
        return f"{count(row['own_value'] * row['n'])} of {count(row['n'])}"
    return _spoken(row, row["own_value"])


def _spoken(row: Record, value: float | None) -> str:
    return duration(value) if _is_minutes(row) else percent(value)


def _is_minutes(row: Record) -> bool:
    return str(row["metric"]).endswith("_minutes")
