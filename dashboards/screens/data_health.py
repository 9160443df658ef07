"""Data health: can I trust this screen? Freshness, files, quarantine, unmapped codes, checks of the last build."""

from __future__ import annotations

from dashboards import blocks, frame
from dashboards.queries import build
from dashboards.queries import health as queries
from dashboards.views import health as views


def main() -> None:
    now, health = frame.now(), queries.health()
    frame.header("Data health", views.answer(health, now))
    blocks.show(views.cards(health, now), key="cards")
    sections = [
        views.checks(health, now),
        views.quarantine(health.quarantine.to_dicts(), now),
        views.unmapped(health.unmapped.to_dicts(), build.courier_names(), now),
        views.loads(health, now),
    ]
    blocks.show(blocks.joined(sections), key="sections")


main()
