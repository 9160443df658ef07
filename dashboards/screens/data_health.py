"""Data health: can I trust this screen? Freshness, files, quarantine, unmapped codes, checks of the last build."""

from __future__ import annotations

from dashboards import blocks, frame
from dashboards.entering import orders
from dashboards.queries import build, capture
from dashboards.queries import health as queries
from dashboards.views import capture as capture_views
from dashboards.views import health as views
from dashboards.views import outbox
from settings import get_settings


def main() -> None:
    now, health = frame.now(), queries.health()
    frame.header("Data health", views.answer(health, now))
    blocks.show(views.cards(health, now), key="cards")
    names, minutes = build.courier_names(), get_settings().poll_minutes
    sections = [
        views.checks(health, now),
        views.quarantine(health.quarantine.to_dicts(), now),
        views.unmapped(health.unmapped.to_dicts(), names, now),
        capture_views.learnt(capture.captured().to_dicts(), names, now),
        capture_views.asking(capture.rounds(), names, minutes, now),
        outbox.section(orders.all_of_them(), names, now),
        views.loads(health, now),
    ]
    blocks.show(blocks.joined(sections), key="sections")


main()
