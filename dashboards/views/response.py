"""First line, cards and table of the Response page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboards import blocks, drill, formats, words
from dashboards.blocks import Html, esc
from dashboards.filters import Filters
from dashboards.findings import BAND_ORDER
from dashboards.formats import count, duration, percent, plural
from dashboards.tables import Column, Record, table

FINAL = Filters({"final": ["yes"]})
FAST, SLOW = ("within_30m",), ("24h_48h", "over_48h")
BANDS_NOTE = "Time from the first failure to the first message or call. Click a bar for its cases."
WEEKS_NOTE = (
    "Of those who were contacted. Hollow: not final, and can still grow. Click a point for its cases."
)
NOT_CAUSE = (
    "Still waiting are those who could be contacted in a band: open and not contacted when it begins. "
    "Never contacted is a band of its own: also a parcel that was settled before anyone wrote. Nothing evens out "
    "who is contacted fast (reason, courier, hour), so the bands show what goes together with speed, not what "
    "speed causes."
)


def answer(delays: Mapping[str, Any], bands: pl.DataFrame) -> str:
    """The page's first line: the median response, and recovery of the fast beside the slow."""
    if not delays["responses"]:
        return "No case of a final week has a time of day yet."
    fast, slow = _recovery(bands, FAST), _recovery(bands, SLOW)
    compared = [f"{told} {when}" for told, when in ((fast, "within 30 min"), (slow, "after 24 h")) if told]
    if not compared:
        return f"{_median(delays)}."
    return f"{_median(delays)}; delivered were {' and '.join(compared)}."


def _median(delays: Mapping[str, Any]) -> str:
    if delays["response_minutes"] is None:
        return f"Too few of {count(delays['responses'])} cases were contacted for a median"
    return f"Median {duration(delays['response_minutes'])} to the first contact"


def _recovery(bands: pl.DataFrame, names: tuple[str, ...]) -> str:
    rows = bands.filter(pl.col("response_band").is_in(names))
    cases, recovered = int(rows["cases"].sum()), int(rows["recovered"].sum())
    if not cases:
        return ""
    if cases < formats.SMALL_N:
        return f"{count(recovered)} of the {count(cases)} contacted"
    return f"{percent(recovered / cases)} of those contacted"


def risk_set(bands: pl.DataFrame) -> str:
    """Which cases the bands are of, and how many of the final weeks cannot be in one."""
    timed = int(bands.filter(pl.col("response_band").is_not_null())["cases"].sum())
    untimed = int(bands["cases"].sum()) - timed
    told = f"The bands hold the {count(timed)} of these whose first failure has a time of day"
    if not untimed:
        return f"{told}, which is all of them. {NOT_CAUSE}"
    verb = "has" if untimed == 1 else "have"
    return f"{told}; {count(untimed)} {plural(untimed, 'case')} {verb} only a date and no band. {NOT_CAUSE}"


def cards(delays: Mapping[str, Any], bands: pl.DataFrame) -> Html:
    """The three delays and the never contacted, each with what it is counted over."""
    timed = int(bands.filter(pl.col("response_band").is_not_null())["cases"].sum())
    never = int(bands.filter(pl.col("response_band") == "none")["cases"].sum())
    everyone = drill.cases(FINAL, also=f"band={','.join(BAND_ORDER)}")
    share = f"{percent(never / timed)} of" if timed >= formats.SMALL_N else "of"
    waiting = f"; {count(delays['unsent'])} not sent" if delays["unsent"] else ""
    return blocks.cards(
        [
            blocks.card(
                "From failure to first contact",
                _length(delays["response_minutes"]),
                f"median of {count(delays['responses'])} cases; never contacted counts as longest",
                href=everyone,
            ),
            blocks.card(
                "Never contacted",
                count(never),
                f"{share} {count(timed)} cases",
                href=drill.cases(FINAL, also="band=none"),
            ),
            blocks.card(
                "Until we know of a failure",
                _length(delays["detect_minutes"]),
                f"median of {count(delays['detected'])} cases, from the courier’s scan to its arrival here",
                href=everyone,
            ),
            blocks.card(
                "From decision to courier",
                _length(delays["send_minutes"]),
                f"median of {count(delays['sent'])} instructions sent{waiting}",
                href=drill.cases(FINAL, also="instruction=sent"),
            ),
            blocks.card(
                "From decision to acceptance",
                _length(delays["accept_minutes"]),
                f"median of {count(delays['accepted'])} instructions that the courier accepted",
                href=drill.cases(FINAL, also="instruction=accepted"),
            ),
            _settling(delays),
        ]
    )


def _settling(delays: Mapping[str, Any]) -> Html:
    settled, long = delays["settled"], delays["long"]
    slow = f"{percent(long / settled)} of" if settled >= formats.SMALL_N else f"{count(long)} of"
    return blocks.card(
        "From failure to the end",
        _length(delays["settle_minutes"]),
        f"median; {slow} {count(settled)} cases took more than 24 h",
        href=drill.cases(FINAL, also="settled=no"),
    )


def _length(minutes: float | None) -> str:
    return "under 1 min" if minutes is not None and 0 <= minutes < 1 else duration(minutes)


def table_of(rows: pl.DataFrame) -> Html:
    """Every band with its cases and deliveries, each a link to them."""

    def opened(inside: Html, row: Record, filters: Filters = FINAL) -> Html:
        return blocks.link(
            inside, drill.cases(filters, also=f"band={row['response_band']}"), "Open these cases"
        )

    def band(row: Record) -> Html:
        return opened(esc(words.plain(row["response_band"], words.BANDS).capitalize()), row)

    def waiting(row: Record) -> Html:
        if row["at_risk"] is None:
            return esc(formats.NOTHING)
        href = drill.cases(FINAL, also=f"waiting={row['response_band']}")
        return blocks.link(esc(count(row["at_risk"])), href, "Open these cases")

    def delivered(row: Record) -> Html:
        return opened(esc(count(row["recovered"])), row, FINAL.replaced("outcome", ["delivered"]))

    def rate(row: Record) -> Html:
        if row["cases"] < formats.SMALL_N:
            return Html('<span class="muted">too few</span>')
        ends = formats.interval(row["recovery_rate_low"], row["recovery_rate_high"])
        return blocks.under(esc(percent(row["recovery_rate"])), esc(ends))

    columns = [
        Column("First contact", band),
        Column(
            "Still waiting",
            waiting,
            is_number=True,
            help="Still open and not yet contacted when the band begins",
        ),
        Column("Cases", lambda row: opened(esc(count(row["cases"])), row), is_number=True),
        Column("Delivered", delivered, is_number=True),
        Column(
            "Share", rate, is_number=True, help="Delivered, of these cases; under 30 cases the count speaks"
        ),
    ]
    return table(rows.to_dicts(), columns, "response", {}, as_cards=False)
