"""The evidence pack as PDF: a page of facts and scans for each breach, a list before them where they are several.

Owns: the layout. The letters are those of the PDF's own fonts, so that no font file is needed (`latin`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from dashboards import formats, words
from dashboards.packs import facts
from dashboards.packs.facts import Breach
from dashboards.packs.latin import latin
from settings import IST

_FONT = "Helvetica"
_GREY = (95, 105, 115)
_HEAD = FontFace(emphasis="BOLD", fill_color=(235, 239, 243))


class _Pack(FPDF):
    """A4 with a line about the times and a number on every page. `told`: of when the pack is."""

    def __init__(self, told: str) -> None:
        super().__init__(format="A4")
        self.told = told
        self.set_auto_page_break(True, margin=20)
        self.set_margins(15, 15)

    def footer(self) -> None:
        """The last lines of a page."""
        self.set_y(-16)
        self.set_font(_FONT, size=7)
        self.set_text_color(*_GREY)
        self.multi_cell(0, 3.5, latin(f"{self.told} {facts.PRIVACY} Page {self.page_no()} of {{nb}}."))


def pdf_pack(
    rows: Sequence[Breach],
    scans: Mapping[str, Sequence[Mapping[str, Any]]],
    names: Mapping[str, str],
    as_of: datetime,
) -> bytes:
    """The pack of these breaches; `scans` by instruction_id, `as_of` of the build that they are from."""
    pdf = _Pack(f"What was known {facts.at(as_of)}.")
    pdf.set_title("Evidence of SLA breaches")
    # One pack of one build is the same file, whenever it is made.
    pdf.set_creation_date(as_of)
    if len(rows) > 1:
        _list(pdf, rows, names)
    for row in rows:
        _breach(pdf, row, scans.get(row["instruction_id"], ()), words.plain(row["courier"], dict(names)))
    return bytes(pdf.output())


def _list(pdf: _Pack, rows: Sequence[Breach], names: Mapping[str, str]) -> None:
    pdf.add_page()
    _heading(pdf, f"{formats.count(len(rows))} accepted reattempts that were answered with a return", 14)
    total = sum(row["order_value"] or 0 for row in rows)
    _line(pdf, f"Orders worth {formats.rupees(total)}. The proof of each is on the pages that follow.")
    head = ["Courier", "AWB", "Order", "Accepted", "Return started", "Hours", "Attempts", "Value"]
    body = [
        [
            words.plain(row["courier"], dict(names)), row["awb"], row["order_id"] or "", _short(row["accepted_at"]),
            _short(row["return_started_at"]), f"{row['hours_to_return']:.1f}",
            f"{row['attempts_before']} of {row['max_attempts']}", formats.rupees(row["order_value"]),
        ]
        for row in rows
    ]  # fmt: skip
    _table(pdf, head, body, (20, 30, 26, 26, 26, 12, 18, 22))


def _breach(pdf: _Pack, row: Breach, scans: Sequence[Mapping[str, Any]], courier: str) -> None:
    pdf.add_page()
    _heading(pdf, facts.title(row, courier), 13)
    for heading, pairs in facts.sections(row, courier).items():
        _heading(pdf, heading, 10)
        for name, value in pairs.items():
            if value:
                _pair(pdf, name, value)
    _heading(pdf, "What the courier scanned", 10)
    if not scans:
        _line(pdf, "No scan of these days is known.")
        return
    head = ["Time (IST)", "Code", "Reason", "In words", "Place", "Leg", "Learnt (IST)"]
    body = [
        [
            _short(scan["scanned_at"]), scan["native_code"], scan["native_reason_code"] or "", scan["summary"],
            scan["location"] or "", scan["leg"], _short(scan["received_at"]),
        ]
        for scan in scans
    ]  # fmt: skip
    _table(pdf, head, body, (26, 24, 22, 42, 30, 14, 22))


def _heading(pdf: _Pack, text: str, size: int) -> None:
    pdf.ln(3)
    pdf.set_font(_FONT, "B", size)
    pdf.set_text_color(0, 0, 0)
    pdf.multi_cell(0, size * 0.5, latin(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(1)


def _line(pdf: _Pack, text: str) -> None:
    pdf.set_font(_FONT, size=9)
    pdf.multi_cell(0, 5, latin(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(1)


def _pair(pdf: _Pack, name: str, value: str) -> None:
    pdf.set_font(_FONT, size=9)
    pdf.set_text_color(*_GREY)
    pdf.cell(40, 5, latin(name))
    pdf.set_text_color(0, 0, 0)
    pdf.multi_cell(0, 5, latin(value), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _table(
    pdf: _Pack, head: Sequence[str], body: Sequence[Sequence[object]], widths: tuple[int, ...]
) -> None:
    pdf.set_font(_FONT, size=7.5)
    pdf.set_text_color(0, 0, 0)
    with pdf.table(
        col_widths=widths,
        line_height=4.2,
        headings_style=_HEAD,
        borders_layout="HORIZONTAL_LINES",
        text_align="LEFT",
    ) as table:
        for line in (head, *body):
            table.row([latin(cell) for cell in line])


def _short(instant: datetime | None) -> str:
    """ "22 Nov 2026 14:05" in IST; a bare date has no time."""
    if instant is None:
        return ""
    local = instant.astimezone(IST)
    day = f"{local.day} {local:%b %Y}"
    return day if formats.is_date_only(instant) else f"{day} {local:%H:%M}"
