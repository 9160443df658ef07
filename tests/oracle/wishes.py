"""Random wishes about a parcel: answers, entries, actions and the couriers' answers, in good order and in none.

Owns: what may be said of a parcel and what a courier may make of it. Refuses: knowing what it comes to.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from random import Random

from tests.oracle.facts import Row

IST = timezone(timedelta(hours=5, minutes=30))
_LATER = [timedelta(minutes=m) for m in (0, 0, 1, 5, 61, 240, 719, 1200)]
AS_OF = "2026-03-12T12:00:00+05:30"
# Around the bounds of 24 and 72 hours, and of the day.
_APART = [timedelta(minutes=m) for m in (0, 0, 1, 5, 30, 120, 600, 1439, 1440, 1441, 4320, 4321)]
_REFUSALS = ["expired", "invalid_request", "attempts_exhausted"]
_RESPONSES = {"rto": "refuse", "mark_delivered": "already_delivered"}
Wishes = list[tuple[str, Row]]


def wishes(random: Random, awb: str, scans: list[Row]) -> Wishes:
    """The wishes of one history, around its scans; some of one instant, some at a scan's very instant."""
    rows: Wishes = []
    sources = random.choice(
        [["customer"], ["operations"]]
        + [["customer", "operations"]] * 2
        + [["customer", "operations", "rule", "default"]]
    )
    at = _start(random, scans)
    is_quiet = random.random() < 0.3
    for _ in range(random.choice([1, 1, 1, 2, 2, 3, 4, 6])):
        rows += _wish(random, awb, random.choice(sources), at, is_quiet)
        at = _start(random, scans) if random.random() < 0.4 else at + random.choice(_APART)
    if random.random() < 0.2:
        rows.append(("ops_feedback", _row(awb, acted_at=_text(at), agent="asha", entry="note")))
    if random.random() < 0.15:
        other = {"channel": "whatsapp", "response": "other", "text": "where is it?"}
        rows.append(("customer_feedback", _row(awb, responded_at=_text(at), **other)))
    return rows


def _start(random: Random, scans: list[Row]) -> datetime:
    if random.random() < 0.15:
        return datetime.fromisoformat(AS_OF) - random.choice(_APART)
    near = random.choice(scans)["scanned_at"]
    if len(near) > 10 and random.random() < 0.5:
        return datetime.fromisoformat(near) + random.choice([timedelta(), *_LATER])
    day = datetime.fromisoformat(near[:10]).replace(tzinfo=IST)
    return day + timedelta(minutes=random.randrange(-600, 2000))


def _wish(random: Random, awb: str, source: str, at: datetime, is_quiet: bool) -> Wishes:
    """One wish: told, or done by a tool of which only the actions are known; a quiet one is seldom sent."""
    action = random.choice(["reattempt"] * 6 + ["rto"] * 3 + ["mark_delivered"])
    if random.random() < 0.12:
        action = random.choice(["hold", "fake_attempt", "update_details"])
    when = f"{at.astimezone(IST):%Y-%m-%d}" if random.random() < 0.04 else _text(at)
    asked = _asked(random, at) if random.random() < 0.85 else {}
    rows: Wishes = []
    is_told = source in {"customer", "operations"} and random.random() < 0.9
    if is_told and source == "customer" and action not in {"hold", "fake_attempt"}:
        word = _RESPONSES.get(action, action)
        if action == "reattempt" and random.random() < 0.3:
            word = "update_details"
        told = _row(awb, responded_at=when, channel="tracking_page", response=word) | asked
        rows.append(("customer_feedback", told))
    elif is_told and source == "operations" and action != "update_details":
        rows.append(("ops_feedback", _row(awb, acted_at=when, agent="asha", entry=action) | asked))
    rows += [(feed, _learnt_late(random, row, at)) for feed, row in rows if random.random() < 0.1]
    if not rows or random.random() < (0.15 if is_quiet else 0.75):
        if random.random() < 0.2:
            asked = _asked(random, at)
        rows += _actions(random, awb, {"action": action, "source": source, "instructed_at": when} | asked, at)
    return rows


def _learnt_late(random: Random, row: Row, at: datetime) -> Row:
    """The same row learnt again, or with another date."""
    again = row | {"received_at": _text(at + random.choice(_LATER))}
    if random.random() < 0.3:
        again["requested_on"] = f"{at + timedelta(days=random.choice([1, 2, 4])):%Y-%m-%d}"
    return again


def _asked(random: Random, at: datetime) -> Row:
    asked: Row = {}
    if random.random() < 0.8:
        asked["requested_on"] = f"{at + timedelta(days=random.choice([0, 1, 1, 2, 2, 3])):%Y-%m-%d}"
    if random.random() < 0.3:
        asked["window_start"] = random.choice(["09:00", "10:00", "18:00"])
    if random.random() < 0.3:
        asked["window_end"] = random.choice(["12:00", "14:00", "20:00"])
    return asked


def _actions(random: Random, awb: str, given: Row, at: datetime) -> Wishes:
    """One action, or several, each with one answer or several of which the last counts."""
    rows: Wishes = []
    for number in range(random.choice([1, 1, 1, 2])):
        action_id = f"{awb}-{given['source']}-{given['action']}-{given['instructed_at']}-{number}"
        sent = at + random.choice(_LATER) + timedelta(seconds=7 * number)
        for _ in range(random.choice([1, 1, 1, 2, 3])):
            row = _row(awb, action_id=action_id, **given) | _answer(random, sent)
            if random.random() < 0.08:
                row["received_at"] = _text(sent + random.choice([*_LATER, timedelta(days=5)]))
            rows.append(("courier_actions", row))
            sent += random.choice(_LATER) + timedelta(seconds=11)
    return rows


def _answer(random: Random, sent: datetime) -> Row:
    row: Row = {}
    if random.random() < 0.1:
        return row
    row["submitted_at"] = _text(sent)
    row["result"] = random.choice(["accepted"] * 6 + ["rejected", "rejected", "unknown"])
    if random.random() < 0.8:
        row["responded_at"] = _text(sent + random.choice(_LATER))
    if row["result"] == "rejected":
        row["result_reason"] = random.choice(_REFUSALS)
    elif random.random() < 0.1:
        del row["result"]
    return row


def _text(at: datetime) -> str:
    return at.isoformat()


def _row(awb: str, **columns: str) -> Row:
    return {"courier": "generic", "awb": awb, **columns}
