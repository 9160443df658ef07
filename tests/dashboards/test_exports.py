"""Exports: no cell is a formula, instants are IST, words are plain."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
import pytest

from dashboards import exports
from settings import IST


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_becomes_text(start: str) -> None:
    text = f"{start}HYPERLINK(1)"
    read = next(
        csv.reader(io.StringIO(exports.csv_bytes([], [[text]]).decode("utf-8-sig").split("\n", 1)[1]))
    )
    assert read[0].startswith("'")


def test_numbers_stay_numbers_also_negative_ones() -> None:
    assert [exports.harmless(value) for value in (-5, Decimal("12.50"), 0.5, float("nan"))] == [
        -5,
        12.5,
        0.5,
        "",
    ]


def test_instants_are_ist_and_a_bare_date_has_no_time() -> None:
    assert exports.harmless(datetime(2026, 11, 22, 8, 35, tzinfo=UTC)) == "2026-11-22 14:05:00"
    assert exports.harmless(datetime(2026, 11, 22, 23, 59, 59, 999999, tzinfo=IST)) == "2026-11-22"


def test_xlsx_holds_no_formula_and_no_link() -> None:
    body = exports.xlsx_bytes(["AWB", "₹"], [["=1+1", 5], ["http://example.com", None]])
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        texts = archive.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet and "hyperlink" not in sheet
    assert "=1+1" in texts and "http://example.com" in texts


def test_a_sheet_speaks_plain_words() -> None:
    frame = pl.DataFrame(
        {
            "courier": ["ekart", "new_one"],
            "reason_bucket": ["address_issue", None],
            "accepted_at": [None, None],
        }
    )
    header, rows = exports.sheet(frame, {"ekart": "Ekart"})
    assert header == ["Courier", "Reason", "Accepted (IST)"]
    assert rows == [("Ekart", "Address wrong", None), ("new_one", None, None)]


def test_a_file_name_says_what_and_as_of_when() -> None:
    assert exports.file_name("sla-breaches", datetime(2026, 11, 22, 8, 35, tzinfo=UTC), "csv") == (
        "sla-breaches_2026-11-22_1405_IST.csv"
    )
