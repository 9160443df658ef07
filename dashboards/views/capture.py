"""How scans reach us, on the Data health page: what pushes lost, and whether asking couriers keeps up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from dashboards import words
from dashboards.blocks import Html, esc, panel, pill, under, when
from dashboards.formats import NOTHING, count, day, duration, percent, plural
from dashboards.queries.capture import DAYS
from dashboards.tables import Column, Record, table
from ledger.polls import Round
from settings import IST

#: Rounds that may be missing before the poller is called silent.
_MISSED = 3


def learnt(rows: Sequence[Record], names: Mapping[str, str], now: datetime) -> Html:
    """By courier: how its scans were first learnt, what its pushes lost, how soon failures were known."""
    if not rows:
        told = "Nothing was pushed or asked for yet: what is here came from files."
        return panel("What couriers push, and what pushes lose", Html(f'<p class="muted">{esc(told)}</p>'))

    def lost(row: Record) -> Html:
        if row["lost_share"] is None:
            return under(esc(NOTHING), esc("it does not push"))
        scans = f"{count(row['lost_by_push'])} {plural(row['lost_by_push'], 'scan')}"
        return under(esc(percent(row["lost_share"])), esc(scans))

    def known(row: Record) -> Html:
        if row["failures"] is None:
            return esc(NOTHING)
        half, most = duration(row["median_detect_minutes"]), duration(row["p95_detect_minutes"])
        of = f"{count(row['failures'])} {plural(row['failures'], 'failure')}"
        on = day(row["failures_on"], now.astimezone(IST).date())
        return under(esc(f"half in {half}, 95% in {most}"), esc(f"of {of}, {on}"))

    columns = [
        _courier(names, "courier"),
        Column("Scans", lambda row: esc(count(row["scans"])), is_number=True),
        Column("First by push", lambda row: esc(count(row["first_by_push"])), is_number=True),
        Column("First by asking", lambda row: esc(count(row["first_by_poll"])), is_number=True),
        Column("From files", lambda row: esc(count(row["first_by_file"])), is_number=True),
        Column("Lost by pushes", lost, is_number=True),
        Column("Failures known", known),
    ]
    found = sum(row["lost_by_push"] for row in rows)
    told = (
        f"Scans of the last {DAYS} days by the way in which we first learnt of them. {count(found)} that couriers"
        " should have pushed never came and were found by asking; a push that is still on its way counts as lost"
        " until it comes."
    )
    return panel(
        "What couriers push, and what pushes lose",
        Html(f'<p class="muted">{esc(told)}</p>{table(rows, columns, "data_health", {})}'),
    )


def asking(rounds: Sequence[Round] | None, names: Mapping[str, str], minutes: int, now: datetime) -> Html:
    """By API: the last round of asking, and the share of the parcels under way that it keeps up with."""
    title = "Asking couriers"
    if rounds is None:
        return panel(
            title, Html('<p class="muted">The ledger cannot be read: run <code>ndr doctor</code>.</p>')
        )
    if not rounds:
        hint = "No courier was asked yet: set what its tracking API needs, then run <code>ndr poll</code>."
        return panel(title, Html(f'<p class="muted">{hint}</p>'))
    span = timedelta(minutes=minutes)

    def keeps_up(row: Record) -> Html:
        if row["share"] is None:
            return pill("Nothing due", "grey")
        # Rounded down: what is not all is not 100%.
        share = percent(row["asked"] * 100 // row["due"] / 100)
        return pill(f"Keeps up with {share}", "green" if row["asked"] == row["due"] else "orange")

    def trouble(row: Record) -> Html:
        parts = [
            f"{count(row[name])} {plural(row[name], word)}"
            for name, word in (("waits", "wait"), ("errors", "failed call"))
            if row[name]
        ]
        return esc(", ".join(parts) or NOTHING)

    def last(row: Record) -> Html:
        is_silent = now - row["began_at"] > (_MISSED + 1) * span
        return under(when(row["began_at"], now, late=is_silent), esc("no round since" if is_silent else ""))

    columns = [
        _courier(names, "asked_of"),
        Column("Parcels", lambda row: esc(f"asked {count(row['asked'])} of {count(row['due'])} due")),
        Column("Share", keeps_up),
        Column("Calls", lambda row: esc(count(row["calls"])), is_number=True),
        Column("Answers with news", lambda row: esc(count(row["kept"])), is_number=True),
        Column("Trouble", trouble),
        Column("Round of", last),
    ]
    rows = [{**vars(one), "share": one.share} for one in rounds]
    told = (
        f"The last finished round of {minutes} minutes. Where limits do not allow all, open cases come first, then"
        " parcels out for delivery, then those unseen longest."
    )
    return panel(title, Html(f'<p class="muted">{esc(told)}</p>{table(rows, columns, "data_health", {})}'))


def _courier(names: Mapping[str, str], field: str) -> Column:
    return Column("Courier", lambda row: Html(f"<b>{esc(words.plain(row[field], dict(names)))}</b>"))
