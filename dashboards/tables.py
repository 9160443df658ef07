"""Tables of HTML: a frozen first column, sorting by link, cards on a phone.

Owns: turning rows and column descriptions into a table. Refuses: sorting and paging, which the query does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from dashboards import formats
from dashboards.blocks import Html, link
from dashboards.filters import address

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column: its heading, the HTML of a row's cell, its alignment, and the sort it offers."""

    label: str
    cell: Callable[[Record], Html]
    is_number: bool = False
    sort: str = ""
    help: str = ""


def table(
    rows: Sequence[Record],
    columns: Sequence[Column],
    page: str,
    query: Mapping[str, str],
    *,
    sort: str = "",
    as_cards: bool = True,
) -> Html:
    """The table; a heading with a sort links to the same view sorted by it, the one in force is marked.

    On a phone rows become cards, or keep their columns and scroll under a frozen first one.
    """
    head = "".join(_heading(column, page, query, sort) for column in columns)
    body = "".join("<tr>" + "".join(_cell(column, row) for column in columns) + "</tr>" for row in rows)
    return Html(
        f'<div class="{"as-cards" if as_cards else ""}"><div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></div>"
    )


def _heading(column: Column, page: str, query: Mapping[str, str], sort: str) -> str:
    tone = ' class="number"' if column.is_number else ""
    hint = f' title="{escape(column.help)}"' if column.help else ""
    words = Html(escape(column.label))
    if column.sort:
        mark = " ↓" if sort == column.sort else ""
        words = link(
            Html(words + mark), address(page, {**query, "sort": column.sort, "page": ""}), "Sort by this"
        )
    return f"<th{tone}{hint}>{words}</th>"


def _cell(column: Column, row: Record) -> str:
    tone = ' class="number"' if column.is_number else ""
    return f'<td{tone} data-label="{escape(column.label)}"><div>{column.cell(row)}</div></td>'


def pager(total: int, page_number: int, page_size: int, page: str, query: Mapping[str, str]) -> Html:
    """Which rows are shown of how many, with links to the pages before and after."""
    if total == 0:
        return Html("")
    start, end = (page_number - 1) * page_size + 1, min(page_number * page_size, total)
    parts = [
        f'<span class="muted">{formats.count(start)}–{formats.count(end)} of {formats.count(total)}</span>'
    ]
    if page_number > 1:
        parts.append(link(Html("← Previous"), address(page, {**query, "page": str(page_number - 1)})))
    if end < total:
        parts.append(link(Html("Next →"), address(page, {**query, "page": str(page_number + 1)})))
    return Html(f'<div class="pager">{"".join(parts)}</div>')
