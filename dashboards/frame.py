"""What stands around every page: title, first line, freshness, and what is said when there is nothing to show.

Owns: the last-refreshed label (red when older than `NDR_FRESHNESS_MINUTES`), the empty states and the
command that mends each, the style of Streamlit's own parts. Refuses: numbers of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import streamlit as st

from dashboards import blocks, formats, store
from dashboards.blocks import Html, esc
from dashboards.filters import Filters, address
from dashboards.queries import build
from settings import IST, get_settings

STYLE = """<style>
[data-testid="stHeader"] { background: transparent; height: 3rem; min-height: 3rem; pointer-events: none; }
[data-testid="stHeader"] * { pointer-events: auto; }
[data-testid="stMainBlockContainer"] { padding: 1.1rem 2rem 3rem; max-width: 1500px; }
[data-testid="stMainBlockContainer"] h1 { padding: 0; }
.st-key-filter_bar button { min-height: 2.1rem; padding: 0.15rem 0.7rem; }
.st-key-filter_bar button p { font-size: 0.85rem; white-space: nowrap; }
.st-key-places { height: 43rem; flex: none !important; } /* about as tall as India is wide beside the table */
.st-key-places > *, .st-key-places [data-testid="stFullScreenFrame"],
.st-key-places [data-testid="stPlotlyChart"] { height: 100%; }
.st-key-entry { margin-top: -0.8rem; }
.st-key-choices, .st-key-quick, .st-key-slow { gap: 0.5rem !important; }
[data-testid^="stBaseButton-primary"] { background: #0B62A8; border-color: #0B62A8; } /* white on it, in dark too */
.st-key-agent_memory { position: absolute; } /* draws nothing, and takes no gap */
@media (max-width: 640px) {
  .st-key-when [data-testid="stColumn"], .st-key-corrections [data-testid="stColumn"] { min-width: 0; flex: 1; }
  .st-key-places { height: 25rem; }
  [data-testid="stMainBlockContainer"] { padding: 1rem 1rem 3rem; }
  .st-key-filter_bar { flex-wrap: nowrap !important; overflow-x: auto; padding-bottom: 0.3rem; }
  .st-key-filter_bar > * { flex: none !important; }
  .st-key-page_head { flex-wrap: wrap !important; gap: 0.3rem !important; }
  .st-key-page_head > * { flex: 1 1 100% !important; max-width: 100%; }
  [class*="st-key-wide_"] { overflow-x: auto; }
  [class*="st-key-wide_"] > * { min-width: 720px; }
  [class*="st-key-late_"] { overflow-x: auto; direction: rtl; } /* begins at the newest week */
  [class*="st-key-late_"] > * { min-width: 520px; direction: ltr; }
}
</style>"""


def menu(pages: Mapping[str, str], current: str) -> None:
    """The pages, each a link that keeps the filters of the address."""
    kept = page_filters().query()
    blocks.show(
        blocks.menu([(name, title, address(name, kept)) for name, title in pages.items()], current),
        key="menu",
    )


def now() -> datetime:
    """The product's clock in UTC; for a build of the past the instant that it was asked about."""
    if get_settings().read_dir and store.current():
        as_of: datetime = build.current()["as_of"]
        return as_of
    return get_settings().now()


def header(title: str, answer: str) -> None:
    """The page's title, how old its data are, and the sentence that answers its question."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="page_head"):
        st.title(title, anchor=False, width="content")
        freshness()
    blocks.show(Html(f'<p class="answer">{esc(answer)}</p>'), key="answer")


@st.fragment(run_every=timedelta(seconds=30))
def freshness() -> None:
    """The age of the data by the clock; follows a newly published build by itself."""
    if has_new_build():
        st.rerun(scope="app")
    if store.current() is None:
        return
    as_of = build.current()["as_of"]
    if get_settings().read_dir:
        words = f"What was known {as_of.astimezone(IST):%d %b %Y at %H:%M}"
        st.badge(
            words,
            icon=":material/history:",
            color="blue",
            help="A build of the past; nothing later is in it.",
        )
        return
    limit = freshness_limit()
    words = f"Data of {formats.moment(as_of, now())}, {formats.ago(as_of, now())}"
    hint = (
        f"{formats.full(as_of)}. Promised to be no older than {formats.duration(limit.total_seconds() / 60)}."
    )
    if now() - as_of > limit:
        st.badge(f"{words}: stale, run ndr build", icon=":material/warning:", color="red", help=hint)
    else:
        st.badge(words, icon=":material/schedule:", color="gray", help=hint)


def has_new_build() -> bool:
    """Whether another build is published than when this visitor was last asked about."""
    snapshot = store.current()
    before = st.session_state.setdefault("snapshot", snapshot)
    st.session_state["snapshot"] = snapshot
    return bool(snapshot != before)


def freshness_limit() -> timedelta:
    """The age after which published data are stale."""
    return timedelta(minutes=get_settings().freshness_minutes)


def page_query() -> dict[str, str]:
    """The parameters of the address."""
    return dict(st.query_params.to_dict())


def page_filters() -> Filters:
    """The filters of the address."""
    return Filters.from_query(page_query())


def nothing_published() -> None:
    """Said instead of any page while there is no published file."""
    folder = get_settings().shown_dir
    blocks.show(
        Html(
            '<div class="empty"><p class="answer">Nothing is published yet.</p>'
            "<p>Run <code>ndr demo</code> for a stand-in world, or <code>ndr load FILES</code> and then "
            f'<code>ndr build</code> for your own.</p><p class="muted">Looked in {esc(folder)}</p></div>'
        ),
        key="empty",
    )


def other_version() -> None:
    """Said when the published file lacks what a page asks for."""
    blocks.show(
        Html(
            '<div class="empty"><p class="answer">The published file was made by another version.</p>'
            "<p>Run <code>ndr build --full-refresh</code>.</p></div>"
        ),
        key="empty",
    )


def nothing_final() -> None:
    """Said instead of numbers that only final weeks have, while there is no such week."""
    recovery = blocks.link(Html("Recovery"), address("recovery", page_filters().query()))
    blocks.show(
        Html(
            '<div class="empty"><p class="answer">No week is final yet.</p>'
            "<p>A week is final once all its cases are closed, or 15 days after it has ended. "
            f"{recovery} shows the weeks so far; load older scans with <code>ndr load FILES</code> and run "
            "<code>ndr build</code> to compare now.</p></div>"
        ),
        key="empty",
    )


def nothing_found(what: str, page: str, query: Mapping[str, str]) -> None:
    """Said instead of a table or chart when the filters leave nothing."""
    kept = {name: text for name, text in query.items() if name in ("stage", "tab")}
    reset = blocks.link(Html("Reset all filters"), address(page, kept or {"stage": "new"}))
    blocks.show(
        Html(
            f'<div class="empty"><p class="answer">No {esc(what)} here with these filters.</p><p>{reset}</p></div>'
        ),
        key=f"empty_{what}",
    )
