"""First line, cards and tables of the Data health page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from dashboards import blocks, words
from dashboards.blocks import Html, esc, panel, pill, under, when
from dashboards.formats import ago, count, full, moment, plural
from dashboards.queries.health import Health
from dashboards.tables import Column, Record, table

_CHECK_TONES = {"fail": "red", "error": "red", "warn": "orange"}
_CHECK_WORDS = {"fail": "Failed", "error": "Broke", "warn": "Warned"}


def answer(health: Health, now: datetime) -> str:
    """The page's first line: how fresh, what was kept out, what has no meaning, what failed."""
    as_of, today, codes = health.build["as_of"], health.quarantined_today, health.unmapped.height
    parts = [
        f"What was known {full(as_of)}"
        if health.is_past
        else f"Data of {moment(as_of, now)}, {ago(as_of, now)}",
        f"{count(today)} {plural(today, 'row')} quarantined in the last 24 h",
        f"{count(codes)} {plural(codes, 'code')} unmapped",
    ]
    if health.checks is None:
        parts.append("no build has left its checks")
    elif health.is_past and health.has_other_checks:
        parts.append("its checks were not kept")
    else:
        stopping = sum(row["status"] != "warn" for row in health.checks.failing)
        total = count(health.checks.total)
        parts.append(f"{stopping} of {total} checks failing" if stopping else f"all {total} checks passed")
    return "; ".join(parts) + "."


def cards(health: Health, now: datetime) -> Html:
    """One card a question: built, refused, kept out, understood, checked."""
    built, kinds, files = health.build["built_at"], health.quarantine.height, len(health.loads)
    items = [
        blocks.card("Built", moment(built, now), f"build {health.build['build_id']}"),
        _counted("Files refused", health.refused, f"of {count(files)} {plural(files, 'file')}"),
        _counted(
            "Rows in quarantine",
            int(health.quarantine["rows"].sum()),
            f"{kinds} {plural(kinds, 'kind')} of failure",
        ),
        _counted("Unmapped codes", health.unmapped.height, f"{count(health.unmapped['rows'].sum())} scans"),
    ]
    if health.checks is None:
        items.append(blocks.card("Checks", "Unknown", "run ndr build"))
    elif health.is_past and health.has_other_checks:
        items.append(blocks.card("Checks", "Not kept", "those below are of another build"))
    else:
        note = f"of {count(health.checks.total)} checks, {moment(health.checks.checked_at, now)}"
        items.append(_counted("Checks failing", len(health.checks.failing), note))
    return blocks.cards(items)


def _counted(label: str, number: int, note: str) -> Html:
    return blocks.card(label, count(number), note, "warn" if number else "")


def loads(health: Health, now: datetime) -> Html:
    """Every file's last load, the refused ones first."""

    def result(row: Record) -> Html:
        is_refused = row["status"] == "refused"
        return under(
            pill("Refused", "red") if is_refused else pill("Loaded", "green"), esc(row["message"] or "")
        )

    columns = [
        Column("File", lambda row: Html(f"<b>{esc(row['file_name'])}</b>")),
        Column("Result", result),
        Column("Rows read", lambda row: esc(count(row["rows_read"])), is_number=True),
        Column("Loaded", lambda row: esc(count(row["rows_loaded"])), is_number=True),
        Column("Known before", lambda row: esc(count(row["rows_duplicate"])), is_number=True),
        Column("Quarantined", lambda row: esc(count(row["rows_quarantined"])), is_number=True),
        Column("When", lambda row: when(row["loaded_at"], now)),
    ]
    if not health.loads:
        return panel(
            "Files", Html('<p class="muted">No file was loaded yet: run <code>ndr load FILES</code>.</p>')
        )
    files = len(health.loads)
    told = f"{count(files)} {plural(files, 'file')}, {count(health.refused)} refused; a refused one left nothing."
    if health.is_past:
        told += " As the data folder has them now, also those that came after the instant shown."
    return panel(
        "Files", Html(f'<p class="muted">{esc(told)}</p>{table(health.loads, columns, "data_health", {})}')
    )


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


def checks(health: Health, now: datetime) -> Html:
    """The checks of the last build that did not pass, and whether it is the build shown."""
    found = health.checks
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
    whose = "" if health.has_other_checks else f" of build {found.build_id}"
    told = f"All {count(found.total)} checks{whose} passed, {moment(found.checked_at, now)}."
    mend = "A failed check publishes nothing: the pages keep the build before. Run ndr doctor."
    if health.has_other_checks:
        other = f"These checks are of build {found.build_id}, the last one in the data folder, not of the build shown."
        told, mend = f"{other} {told}", f"{other} {mend}"
    return _section("Checks of the last build", found.failing, columns, told, mend)


def _section(title: str, rows: Sequence[Record], columns: Sequence[Column], good: str, mend: str) -> Html:
    if not rows:
        return panel(title, Html(f"<p>{pill('Good', 'green')} {esc(good)}</p>"))
    return panel(title, Html(f'<p class="muted">{esc(mend)}</p>{table(rows, columns, "data_health", {})}'))
