"""First line, cards and tables of the Data health page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from dashboards import blocks, words
from dashboards.blocks import Html, esc, panel, pill, when
from dashboards.formats import ago, count, moment, plural
from dashboards.queries.health import Checks
from dashboards.tables import Column, Record, table

_CHECK_TONES = {"fail": "red", "error": "red", "warn": "orange"}
_CHECK_WORDS = {"fail": "Failed", "error": "Broke", "warn": "Warned"}


def answer(
    build: Mapping[str, Any], quarantined: int, unmapped: int, checks: Checks | None, now: datetime
) -> str:
    """The page's first line: how fresh, what was kept out, what has no meaning, what failed."""
    parts = [
        f"Data of {moment(build['as_of'], now)}, {ago(build['as_of'], now)}",
        f"{count(quarantined)} {plural(quarantined, 'row')} quarantined in the last 24 h",
        f"{count(unmapped)} {plural(unmapped, 'code')} unmapped",
    ]
    if checks is None:
        parts.append("no build has left its checks")
    else:
        stopping = sum(row["status"] != "warn" for row in checks.failing)
        parts.append(
            f"{stopping} of {count(checks.total)} checks failing"
            if stopping
            else f"all {count(checks.total)} checks passed"
        )
    return "; ".join(parts) + "."


def cards(
    build: Mapping[str, Any],
    quarantine: pl.DataFrame,
    unmapped: pl.DataFrame,
    checks: Checks | None,
    now: datetime,
) -> Html:
    """One card a question: loaded, refused, kept out, understood, checked."""
    items = [blocks.card("Built", moment(build["built_at"], now), f"build {build['build_id']}")]
    if build.get("last_loaded_at") is not None:
        loaded = build["last_loaded_at"]
        items.append(blocks.card("Last file loaded", moment(loaded, now), ago(loaded, now)))
    if build.get("files_refused") is not None:
        items.append(_counted("Files refused", build["files_refused"], "by the door, ever"))
    kinds = f"{quarantine.height} {plural(quarantine.height, 'kind')} of failure"
    items.append(_counted("Rows in quarantine", int(quarantine["rows"].sum()), kinds))
    items.append(_counted("Unmapped codes", unmapped.height, f"{count(unmapped['rows'].sum())} scans"))
    if checks is None:
        items.append(blocks.card("Checks", "Unknown", "run ndr build"))
    else:
        note = f"of {count(checks.total)} checks, {ago(checks.checked_at, now)}"
        items.append(_counted("Checks failing", len(checks.failing), note))
    return blocks.cards(items)


def _counted(label: str, number: int, note: str) -> Html:
    return blocks.card(label, count(number), note, "warn" if number else "")


def quarantine(rows: Sequence[Record], now: datetime) -> Html:
    """What the door kept out, with an example that names no person."""
    columns = [
        Column("File", lambda row: Html(f"<b>{esc(row['source'])}</b>")),
        Column("Expectation", lambda row: esc(words.plain(row["expectation"]))),
        Column("Rows", lambda row: esc(count(row["rows"])), is_number=True),
        Column("Example", lambda row: esc(row["example"])),
        Column("First", lambda row: when(row["first_seen_at"], now)),
        Column("Last", lambda row: when(row["last_seen_at"], now)),
    ]
    return _section(
        "Rows in quarantine",
        rows,
        columns,
        "Every row that was loaded passed the door.",
        "Mend the file at its source and load it again: rows that are already in change nothing.",
    )


def unmapped(rows: Sequence[Record], names: Mapping[str, str], now: datetime) -> Html:
    """Codes that no row of the courier's table explains."""
    columns = [
        Column("Courier", lambda row: Html(f"<b>{esc(words.plain(row['courier'], dict(names)))}</b>")),
        Column("Its code", lambda row: Html(f"<code>{esc(row['native_code'])}</code>")),
        Column("Scans", lambda row: esc(count(row["rows"])), is_number=True),
        Column("Example", lambda row: esc(row["example"])),
        Column("First", lambda row: when(row["first_seen_at"], now)),
        Column("Last", lambda row: when(row["last_seen_at"], now)),
    ]
    return _section(
        "Codes without a meaning",
        rows,
        columns,
        "Every code that couriers sent has a meaning.",
        "Add the code to codes.csv in the courier's folder and run ndr build --full-refresh.",
    )


def checks(found: Checks | None, now: datetime) -> Html:
    """The checks of the last build that did not pass."""
    columns = [
        Column("Check", lambda row: Html(f"<b>{esc(words.plain(row['name']))}</b>")),
        Column("On", lambda row: Html(f"<code>{esc(row['model'] or 'the project')}</code>")),
        Column("Result", lambda row: pill(_CHECK_WORDS[row["status"]], _CHECK_TONES[row["status"]])),
        Column("Rows that break it", lambda row: esc(count(row["failures"])), is_number=True),
    ]
    if found is None:
        return panel(
            "Checks of the last build",
            Html('<p class="muted">No results yet: run <code>ndr build</code>.</p>'),
        )
    told = (
        f"All {count(found.total)} checks of build {found.build_id} passed, {moment(found.checked_at, now)}."
    )
    return _section(
        "Checks of the last build",
        found.failing,
        columns,
        told,
        "A failed check publishes nothing: the pages keep the build before. Run ndr doctor.",
    )


def _section(title: str, rows: Sequence[Record], columns: Sequence[Column], good: str, mend: str) -> Html:
    if not rows:
        return panel(title, Html(f"<p>{pill('Good', 'green')} {esc(good)}</p>"))
    return panel(title, Html(f'<p class="muted">{esc(mend)}</p>{table(rows, columns, "data_health", {})}'))
