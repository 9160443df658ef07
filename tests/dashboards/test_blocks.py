"""What people and couriers wrote is text on the page, never markup."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dashboards import blocks
from dashboards.blocks import esc
from dashboards.tables import Column, pager, table
from dashboards.views.case import customer
from dashboards.views.timeline import timeline

HOSTILE = "<img src=x onerror=alert(1)>\"'"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_hostile_text_is_escaped_wherever_people_write() -> None:
    fields = ("customer_name", "customer_phone", "customer_email", "address", "landmark", "city", "state")
    case: dict[str, str | None] = {**dict.fromkeys(fields, HOSTILE), "pincode": "560001"}
    case.update(dict.fromkeys(("new_phone", "new_address", "new_pincode")))
    event = {
        "event_id": HOSTILE,
        "learnt_after_minutes": 0.0,
        "occurred_at": NOW,
        "received_at": NOW,
        "lane": HOSTILE,
        "kind": "x",
        "summary": HOSTILE,
        "text": HOSTILE,
    }
    shown = [
        customer(case),
        timeline([event], NOW, {HOSTILE: HOSTILE}),
        blocks.pill(HOSTILE, title=HOSTILE),
        blocks.card(HOSTILE, HOSTILE, HOSTILE),
        blocks.chips([(HOSTILE, HOSTILE)], HOSTILE),
        blocks.tabs([("new", HOSTILE, HOSTILE, HOSTILE)], "new"),
        table([{"x": HOSTILE}], [Column(HOSTILE, lambda row: esc(row["x"]))], "queue", {}),
    ]
    for html in shown:
        assert "<img" not in html and "onerror" in html


def test_each_lane_has_its_word_its_icon_and_its_colour() -> None:
    lanes = ("courier", "customer", "operations", "system")
    said = {"event_id": "x1", "occurred_at": NOW, "received_at": NOW, "learnt_after_minutes": 0.0}
    rows = [{**said, "lane": lane, "kind": "x", "summary": "Said", "text": None} for lane in lanes]
    html = timeline(rows, NOW)
    for lane, tone in zip(lanes, ("blue", "red", "green", "grey"), strict=True):
        assert f'<span class="lane">{lane.capitalize()}</span>' in html
        assert f'<span class="mark {tone}"><svg' in html


@pytest.mark.parametrize(
    ("minutes", "told"), [(240.0, "learnt 4 h later"), (15.0, "learnt 15 min later"), (14.9, ""), (None, "")]
)
def test_news_that_came_late_says_so(minutes: float | None, told: str) -> None:
    """A quarter of an hour is late; what has a date only has no delay."""
    seen = datetime(2026, 11, 22, 5, tzinfo=UTC)
    row = {
        "event_id": "s1",
        "learnt_after_minutes": minutes,
        "occurred_at": seen,
        "received_at": NOW,
        "lane": "courier",
        "kind": "held",
        "summary": "Held",
        "text": None,
    }
    html = timeline([row], NOW)
    assert told in html and ("learnt" in html) == bool(told)


def test_a_scan_that_was_told_in_two_vocabularies_is_one_line() -> None:
    """Ekart pushes in other codes than it answers in; another reason, minute or meaning is another line."""
    at = datetime(2026, 11, 22, 5, tzinfo=UTC)
    failed = {
        "event_id": "s2", "occurred_at": at, "received_at": at + timedelta(hours=19), "learnt_after_minutes": 1140.0,
        "lane": "courier", "kind": "failed_delivery", "summary": "Delivery failed", "text": None,
    }  # fmt: skip
    pushed = {
        **failed, "event_id": "s1", "received_at": at, "learnt_after_minutes": 0.0, "text": "shut",
        "summary": "Delivery failed: Premises closed",
    }  # fmt: skip
    html = timeline([failed, pushed], NOW, {"s2": "Honoured"})
    assert html.count("Delivery failed") == 1 and "Premises closed" in html and "“shut”" in html
    assert 'data-event="s2 s1"' in html and "decides: Honoured" in html and "learnt" not in html
    for other in (
        {"summary": "Delivery failed: Customer refused"},
        {"occurred_at": at + timedelta(minutes=1)},
        {"kind": "held", "summary": "Held"},
    ):
        assert timeline([{**failed, "event_id": "s3", **other}, pushed], NOW).count("data-event=") == 2


def test_the_pager_leads_both_ways_and_keeps_the_view() -> None:
    html = pager(60, 2, 25, "queue", {"stage": "all", "courier": "ekart"})
    assert "26–50 of 60" in html
    assert "queue?stage=all&amp;courier=ekart&amp;page=1" in html and "page=3" in html
    assert "Next" not in pager(60, 3, 25, "queue", {})
