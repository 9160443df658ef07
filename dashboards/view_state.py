"""What the Queue's address says besides the filters: stage, search, order and page.

Owns: reading and writing them, with defaults left out. Refuses: the filters (filters.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from dashboards.filters import Filters
from dashboards.queries.queue import SORTS, STAGES


@dataclass(frozen=True)
class QueueView:
    """New cases by priority unless the address says otherwise; nonsense falls back to that."""

    stage: str = "new"
    find: str = ""
    sort: str = "priority"
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> QueueView:
        stage = query.get("stage", "")
        sort, page = sorted_page(query, SORTS, cls.sort)
        return cls(stage if stage in STAGES else cls.stage, query.get("find", "").strip()[:80], sort, page)

    def query(self) -> dict[str, str]:
        """The parameters without the page; the stage always, so that a link says which it means."""
        found = {"stage": self.stage, "find": self.find, "sort": self.sort if self.sort != "priority" else ""}
        return {name: text for name, text in found.items() if text}

    def seed(self) -> None:
        """Set the search and order widgets to what the address says, before they are made."""
        st.session_state["view_find"] = self.find
        st.session_state["view_sort"] = self.sort

    def changed(self) -> None:
        """A widget was changed by hand: write it into the address, from the first page on."""
        moved = QueueView(self.stage, st.session_state["view_find"], st.session_state["view_sort"])
        filters = Filters.from_query(st.query_params.to_dict())
        st.query_params.from_dict({**moved.query(), **filters.query()})


def sorted_page(query: Mapping[str, str], sorts: Mapping[str, str], default: str) -> tuple[str, int]:
    """The order and page number of a table's address; nonsense falls back to the default and page 1."""
    sort, page = query.get("sort", ""), query.get("page", "")
    is_number = page.isascii() and page.isdigit() and 0 < int(page) < 100_000
    return sort if sort in sorts else default, int(page) if is_number else 1
