"""Files that people take away: CSV and XLSX whose cells a spreadsheet reads as text, never as formulas.

Owns: making cells harmless (OWASP's rule for CSV injection: a text that starts with = + - @, tab or CR
gets a leading apostrophe; an XLSX cell says itself that it is text), IST wording of instants, file names.
Refuses: choosing
columns.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import polars as pl
import xlsxwriter

from dashboards import formats, words
from settings import IST

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Row = Sequence[object]

HEADINGS = {
    "awb": "AWB",
    "order_value": "Order value (₹)",
    "reason_bucket": "Reason",
    "native_reason_code": "Courier's code",
    "courier_attempt_number": "Attempt number given by the courier",
    "attempts_before": "Attempts before the return",
    "max_attempts": "Attempts the courier owes",
    "notice_minutes": "Courier's notice period (minutes)",
    "acceptance_evidence": "Evidence of acceptance",
    "hours_to_return": "Hours from acceptance to return",
    "first_ndr_at": "First failed",
    "cases": "Cases of final weeks",
    "recovered": "Delivered",
    "final_cases": "Cases of final weeks",
    "final_recovered": "Delivered of these",
    "recovery_rate": "Delivered, share",
    "recovery_rate_standardised": "Delivered on the same mix of reasons, share",
    "reason_mix_covered": "Share of the mix it has cases for",
    "judged": "Accepted reattempts judged",
    "courier_fault": "Courier's fault",
    "response_band": "First contact",
    "own_value": "Our value (share, or minutes)",
    "n": "Counted over",
    "low": "Band from",
    "high": "Band to",
    "is_definition_same": "Same definition",
    "has_ops_feedback": "Operations feedback",
    "has_customer_feedback": "Customer feedback",
    "release_at": "May be sent from (IST)",
    "expires_at": "Pointless after (IST)",
    "send_on": "Day in the order",
    "send_window_start": "Window in the order, from",
    "send_window_end": "Window in the order, to",
    "is_supported": "Courier can be asked",
    "differences": "What the courier carries otherwise",
    "rule": "Why it is asked",
}
VOCABULARIES = {
    "reason_bucket": words.REASONS,
    "stage": words.STAGES,
    "stage_reason": words.STAGE_REASONS | words.OUTCOMES,
    "tracking_status": words.STATUSES,
    "payment_mode": words.PAYMENTS,
    "metric": words.METRICS,
    "source": words.SOURCES,
    "action": words.ACTIONS,
    "response_band": words.BANDS,
    "escalation_state": words.ESCALATIONS,
    "acceptance_evidence": words.EVIDENCE,
    "submission": words.SUBMISSIONS,
    "submission_reason": words.REFUSALS | words.UNCLEAR,
    "outcome": words.JUDGEMENTS,
    "outcome_reason": words.OUTCOME_REASONS,
    "fault": words.FAULTS,
    "rule": words.RULES,
    "waits_for": words.WAITS,
}


def plain_value(value: object) -> int | float | str:
    """A finite number, or text: instants in IST, yes and no for truth values, nothing as empty text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        local = value.astimezone(IST)
        return f"{local:%Y-%m-%d}" if formats.is_date_only(value) else f"{local:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, int):
        return value
    if isinstance(value, (float, Decimal)):
        return float(value) if math.isfinite(value) else ""
    return "" if value is None else str(value)


def harmless(value: object) -> int | float | str:
    """The value as a CSV cell that no spreadsheet takes for a formula."""
    cell = plain_value(value)
    return "'" + cell if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def csv_bytes(header: Sequence[str], rows: Iterable[Row]) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads ₹ and names rightly."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    writer.writerows([harmless(value) for value in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def xlsx_bytes(header: Sequence[str], rows: Iterable[Row]) -> bytes:
    """One sheet with a frozen header; no cell is a formula or a link."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet("Export")
        sheet.write_row(0, 0, header, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(plain_value(value) for value in row):
                if isinstance(value, (int, float)):
                    sheet.write_number(number, column, value)
                else:
                    sheet.write_string(number, column, str(value))
        sheet.freeze_panes(1, 1)
        sheet.autofit()
    return buffer.getvalue()


def file_name(subject: str, as_of: datetime, ending: str) -> str:
    """A name that says what and as of when, as in "sla-breaches_2026-11-22_1405_IST.csv"."""
    return f"{subject}_{as_of.astimezone(IST):%Y-%m-%d_%H%M}_IST.{ending}"


def sheet(
    frame: pl.DataFrame, courier_names: Mapping[str, str]
) -> tuple[list[str], list[tuple[object, ...]]]:
    """Headings and rows of a query's answer in plain words; instants say their zone in the heading."""
    shown = frame.with_columns(
        pl.col(name).replace_strict(vocabulary, default=pl.col(name))
        for name, vocabulary in {**VOCABULARIES, "courier": courier_names}.items()
        if name in frame.columns
    )
    return [heading(name) for name in frame.columns], shown.rows()


def heading(column: str) -> str:
    """A column's name as people read it."""
    name = HEADINGS.get(column) or column.removesuffix("_at").replace("_", " ").capitalize()
    return f"{name} (IST)" if column.endswith("_at") else name
