"""How the sending of orders goes, from the outbox itself: what waits too long and why, and what a person is to ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dashboards import words
from dashboards.blocks import Html, esc, joined, link, panel
from dashboards.entering.orders import Outbox
from dashboards.filters import address
from dashboards.formats import count, duration, moment, plural
from ledger.lanes import Lane
from ledger.outbox_health import RAISED_AFTER

_TITLE = "Orders to couriers"
#: The word that a lane keeps for a failed call, where it is not a time-out or a lost connection.
_REASONS = {
    "401": "it refuses our login",
    "403": "it keeps us out",
    "404": "its address does not answer",
    "429": "it had too many calls",
}


def notice(found: Outbox | None, names: Mapping[str, str], now: datetime) -> Html:
    """What is wrong now, for the top of Actions; nothing where all is well."""
    if found is None:
        return _paragraph("The orders to couriers cannot be read: run <code>ndr doctor</code>.")
    told = _troubles(found, names, now)
    return panel("Needs somebody now", joined(told), accent=True) if told else Html("")


def section(found: Outbox | None, names: Mapping[str, str], now: datetime) -> Html:
    """The panel of Data health: a day's sending in one line, then what is wrong."""
    if found is None:
        return panel(_TITLE, _paragraph("They cannot be read: run <code>ndr doctor</code>."))
    health = found.health
    if not health.states:
        return panel(_TITLE, _paragraph("Nothing was to be sent to a courier yet."))
    day = (
        f"In the last 24 h {count(health.sent_today)} sent, {count(health.unknown_today)} of them without a clear"
        f" answer so far; {count(health.failed_today)} refused or not to be sent at all."
        f" {count(health.states.get('waiting', 0))} waiting now."
    )
    told = _troubles(found, names, now) or [_paragraph("None waits longer than it should.")]
    return panel(_TITLE, joined([_paragraph(esc(day)), *told]))


def _troubles(found: Outbox, names: Mapping[str, str], now: datetime) -> list[Html]:
    health = found.health
    told: list[Html] = []
    lanes = {lane.booked_with: lane for lane in found.lanes}
    for slug, number in sorted(health.stuck.items()):
        name = words.plain(slug, dict(names))
        since = f", the oldest since {moment(health.stuck_since[slug], now)}"
        what = f"<b>{esc(name)}</b>: {count(number)} {plural(number, 'order')} {'waits' if number == 1 else 'wait'}"
        told.append(_paragraph(f"{what} to be sent{esc(since)}. {_why(lanes.get(slug), now)}"))
    if health.raised:
        asked = link(Html("the tab Unknown"), address("actions", {"tab": "unknown"}))
        told.append(
            _paragraph(
                f"Of {count(health.raised)} {plural(health.raised, 'order')} we do not know after"
                f" {esc(duration(RAISED_AFTER.total_seconds() / 60))} whether the courier took it: ask the courier"
                f" ({asked}), then say on the case page what it said."
            )
        )
    return told


def _why(lane: Lane | None, now: datetime) -> str:
    if lane and not lane.trouble and lane.held_until and lane.held_until > now:
        return "They are being sent, as fast as the courier lets us."
    if lane is None or not lane.trouble:
        return "Nothing sends them: <code>ndr doctor</code> says what is missing."
    reason = _REASONS.get(lane.reason or "", "its interface does not work")
    until = lane.paused_until
    again = (
        f"; it is tried again {esc(moment(until, now))}"
        if until and until > now
        else "; it is tried again soon"
    )
    calls = f"{count(lane.trouble)} {plural(lane.trouble, 'call')}"
    return f"Its last {calls} failed: {esc(reason)}{again}. Phone the courier if it lasts."


def _paragraph(html: str) -> Html:
    return Html(f"<p>{html}</p>")
