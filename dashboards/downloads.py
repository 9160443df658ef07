"""The buttons that give a view as a file; the file is written when the button is pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import streamlit as st

from dashboards import exports

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
