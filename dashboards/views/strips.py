"""The strips of the Benchmarks page: all bands of one published source on the metric's scale, our value among them.

Refuses: an average of sources, and a verdict of its own; a band's word is its source's.
"""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.blocks import Html, esc, joined, pill
from dashboards.formats import SMALL_N, duration, percent
from dashboards.tables import Record

GAPS = {
    "between bands": "between the bands of",
    "below bands": "below the bands of",
    "above bands": "above the bands of",
}


def strips(row: Record, sources: Sequence[Record], bands: Sequence[Record]) -> Html:
    """A strip a source for our value `row`; `bands` are those of all the metric's sources, from low to high."""
    top = _top(row, bands)
    told = [
        _strip(row, source, [band for band in bands if band["source"] == source["source"]], top)
        for source in sources
    ]
    return Html(f'<div class="strips">{joined(told)}</div>')


def _strip(row: Record, source: Record, bands: Sequence[Record], top: float) -> Html:
    same = (
        pill("Same definition", "green")
        if source["is_definition_same"]
        else pill("Defined differently", "orange", source["definition_note"])
    )
    head = f'<div class="who"><b>{esc(source["source"])}</b> {same}</div>'
    return Html(
        f'<div class="strip">{head}{_track(row, bands, top)}{_legend(bands)}<div>{esc(_verdict(row, source))}</div>'
        f'<div class="muted small">{esc(source["definition_note"])}</div></div>'
    )


def _track(row: Record, bands: Sequence[Record], top: float) -> Html:
    """The bands at their places, ours in full ink; what no band covers stays hatched."""
    pieces = []
    for band in bands:
        start = 0.0 if band["low"] is None else band["low"] / top * 100
        end = 100.0 if band["high"] is None else band["high"] / top * 100
        ours = " ours" if band["is_ours"] else ""
        pieces.append(
            f'<span class="band{ours}" style="left:{start:.1f}%;width:{max(end - start, 0.8):.1f}%"></span>'
        )
    if row["own_value"] is not None:
        few = " few" if row["n"] < SMALL_N else ""
        pieces.append(f'<span class="mark{few}" style="left:{row["own_value"] / top * 100:.1f}%"></span>')
    bounds = sorted({bound for band in bands for bound in (band["low"], band["high"]) if bound is not None})
    # Numbers that would run into the one before are left to the words below.
    apart = [bound for at, bound in enumerate(bounds) if not at or bound - bounds[at - 1] > 0.08 * top]
    ticks = "".join(
        f'<span class="tick" style="left:clamp(.8rem,{bound / top * 100:.1f}%,100% - 1.2rem)">'
        f"{esc(spoken(row, bound))}</span>"
        for bound in apart
    )
    return Html(f'<div class="track" aria-hidden="true">{"".join(pieces)}{ticks}</div>')


def _legend(bands: Sequence[Record]) -> Html:
    """The source's words for its bands, from low to high, ours in bold."""
    told = []
    for band in bands:
        is_said = band["band"].lower() in band["quoted_range"].lower()
        words = esc(band["quoted_range"] if is_said else f"{band['band']}: {band['quoted_range']}")
        told.append(Html(f"<b>{words}</b>" if band["is_ours"] else words))
    return Html(f'<div class="small bands">{joined(told, " · ")}</div>')


def _top(row: Record, bands: Sequence[Record]) -> float:
    """The end of the metric's scale, the same for all its sources: a share never passes 1."""
    bounds = [bound for band in bands for bound in (band["low"], band["high"]) if bound is not None]
    top = max([row["own_value"] or 0, *bounds]) * 1.25 or 1.0
    return float(top if is_minutes(row) else min(top, 1.0))


def _verdict(row: Record, source: Record) -> str:
    """The source's word for our value with its range, or the gap it falls into."""
    low, high = spoken(row, source["low"]), spoken(row, source["high"])
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


def spoken(row: Record, value: float | None) -> str:
    """A value of the metric in its unit."""
    return duration(value) if is_minutes(row) else percent(value)


def is_minutes(row: Record) -> bool:
    """Whether the metric of `row` is a length of time in minutes."""
    return str(row["metric"]).endswith("_minutes")
