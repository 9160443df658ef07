"""Router and frame of the pages; `streamlit run dashboards/app.py`. Everything a page shows is in its address."""

from __future__ import annotations

import logging
from pathlib import Path

import duckdb
import streamlit as st

from dashboards import frame, store

PAGES = {
    "recovery": "Recovery",
    "queue": "Queue",
    "actions": "Actions",
    "sla_breaches": "SLA breaches",
    "response": "Response",
    "couriers": "Couriers",
    "pincodes": "Pincodes",
    "benchmarks": "Benchmarks",
    "data_health": "Data health",
}
# Opened from another page, so not in the menu.
OTHERS = {"case": "Case"}
HOME = "recovery"

_FOLDER = Path(__file__).parent / "screens"
_FAVICON = Path(__file__).with_name("favicon.png")
_log = logging.getLogger(__name__)


def main() -> None:
    """Draw the menu and the page of the address."""
    st.set_page_config(page_title="NDR recovery", page_icon=str(_FAVICON), layout="wide")
    # The default page has no address of its own but "/", so the first page is there twice.
    home = st.Page(_FOLDER / f"{HOME}.py", title="NDR recovery", url_path="home", default=True)
    others = [
        st.Page(_FOLDER / f"{name}.py", title=f"{title} · NDR recovery", url_path=name)
        for name, title in {**PAGES, **OTHERS}.items()
    ]
    # Streamlit's own menu would drop the address, and with it the filters.
    page = st.navigation([home, *others], position="hidden")
    st.html(frame.STYLE)
    frame.menu(PAGES, page.url_path or HOME)
    if store.current() is None:
        frame.nothing_published()
        return
    try:
        page.run()
    except (duckdb.CatalogException, duckdb.BinderException):
        _log.exception("the published file lacks what the page asks for")
        frame.other_version()


main()
