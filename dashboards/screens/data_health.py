"""Data health: can I trust this screen? Freshness, quarantine, unmapped codes, checks of the last build."""

from __future__ import annotations

from dashboards import blocks, frame
from dashboards.queries import build as build_queries
from dashboards.queries import health as queries
from dashboards.views import health as views


def main() -> None:
    now, names, build = frame.now(), build_queries.courier_names(), build_queries.current()
    quarantine, unmapped, checks = queries.quarantine(), queries.unmapped(), queries.checks()
    recent = queries.quarantined_since(build["as_of"])
    frame.header("Data health", views.answer(build, recent, unmapped.height, checks, now))
    blocks.show(views.cards(build, quarantine, unmapped, checks, now), key="cards")
    sections = [
        views.checks(checks, now),
        views.quarantine(quarantine.to_dicts(), now),
        views.unmapped(unmapped.to_dicts(), names, now),
    ]
    blocks.show(blocks.joined(sections), key="sections")


main()
