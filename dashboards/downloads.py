"""The buttons that give a view as a file; the file is written when the button is pressed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from dashboards import exports
from dashboards.packs.csv_pack import csv_pack
from dashboards.packs.pdf_pack import pdf_pack
from dashboards.queries import evidence

Sheet = tuple[list[str], Sequence[exports.Row]]


def buttons(subject: str, as_of: datetime, sheet: Callable[[], Sheet]) -> None:
    """CSV and XLSX of what `sheet` gives: headings and rows."""
    with st.container(horizontal=True, gap="small", key="downloads"):
        st.download_button(
            "CSV", lambda: exports.csv_bytes(*sheet()), exports.file_name(subject, as_of, "csv"), "text/csv",
            key="csv", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
        st.download_button(
            "XLSX", lambda: exports.xlsx_bytes(*sheet()), exports.file_name(subject, as_of, "xlsx"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", key="xlsx", on_click="ignore",
            icon=":material/download:",
        )  # fmt: skip


def packs(
    subject: str, as_of: datetime, breaches: Callable[[], list[dict[str, Any]]], names: Mapping[str, str]
) -> None:
    """The evidence of breaches (`dashboards.queries.evidence`) as PDF and as CSV."""

    def scans(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
        return evidence.scans([row["instruction_id"] for row in rows])

    def pdf() -> bytes:
        rows = breaches()
        return pdf_pack(rows, scans(rows), names, as_of)

    def table() -> bytes:
        rows = breaches()
        return csv_pack(rows, scans(rows), names)

    with st.container(horizontal=True, gap="small", key="packs"):
        for label, made, kind in (("PDF", pdf, "application/pdf"), ("CSV", table, "text/csv")):
            st.download_button(
                f"Evidence pack, {label}", made, exports.file_name(subject, as_of, label.lower()), kind,
                key=f"pack_{label.lower()}", on_click="ignore", icon=":material/gavel:",
            )  # fmt: skip
