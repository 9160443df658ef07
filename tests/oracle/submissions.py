"""What a courier made of an instruction: its courier_actions rows, as far as they were known by then.

Owns: SEMANTICS `submission` and which row's date and window count. Refuses: what was done about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.oracle.facts import Row, instant

LONG_AGO = instant("1900-01-01")
_DOUBT = {None: 0, "accepted": 1, "rejected": 2, "unknown": 3}


@dataclass
class Action:
    """One action_id: the version whose answer stands, and what any of its versions asks."""

    action_id: str
    sent_at: datetime | None
    answered_at: datetime | None
    result: str | None
    reason: str | None
    requested_on: str | None
    window: tuple[str | None, str | None] | None

    @property
    def accepted_at(self) -> datetime | None:
        """The instant of the acceptance, if that is its answer."""
        return self.answered_at if self.result == "accepted" else None


@dataclass
class Submission:
    """How an instruction stands with the courier; `carried` are date and window of the accepted row."""

    state: str = "pending"
    reason: str | None = None
    accepted_at: datetime | None = None
    refused_at: datetime | None = None
    carried: Row | None = None


def known_at(at: datetime, row: Row) -> datetime:
    """ "Each unless a received_at says later"."""
    return max(at, instant(row.get("received_at")) or at)


def actions_of(rows: list[Row], now: datetime) -> list[Action]:
    """The actions of one instruction from all their versions."""
    versions: dict[str, list[Row]] = {}
    for row in rows:
        versions.setdefault(row["action_id"], []).append(row)
    return [_action(action_id, told, now) for action_id, told in sorted(versions.items())]


def _action(action_id: str, versions: list[Row], now: datetime) -> Action:
    """ "The one with the latest response stands"; of one instant the one learnt last, then the doubtful one, then the
    later date and window."""

    def recency(row: Row) -> tuple[Any, ...]:
        answered_at, result = _answer(row, now)
        moments = (answered_at, instant(row.get("received_at")), _sent(row, now))
        sides = window_of(row)
        asked = (row.get("requested_on") or "", tuple(side or "" for side in sides) if sides else ())
        return (*(moment or LONG_AGO for moment in moments), _DOUBT[result], *asked)

    newest_first = sorted(versions, key=recency, reverse=True)
    answered_at, result = _answer(newest_first[0], now)
    sent = [at for row in versions if (at := _sent(row, now)) is not None]
    return Action(
        action_id,
        sent_at=min(sent, default=answered_at),
        answered_at=answered_at,
        result=result,
        reason=newest_first[0].get("result_reason") if result else None,
        requested_on=next((row["requested_on"] for row in newest_first if row.get("requested_on")), None),
        window=next((window for row in newest_first if (window := window_of(row))), None),
    )


def _sent(row: Row, now: datetime) -> datetime | None:
    at = instant(row.get("submitted_at"))
    return at if at is not None and at <= now else None


def _answer(row: Row, now: datetime) -> tuple[datetime | None, str | None]:
    """When and what was answered by now; an answer without a word is an unclear one."""
    responded_at = instant(row.get("responded_at"))
    at = responded_at or instant(row.get("submitted_at")) or instant(row["instructed_at"])
    result = row.get("result") or ("unknown" if responded_at else None)
    return (at, result) if result and at is not None and at <= now else (None, None)


def window_of(row: Row) -> tuple[str | None, str | None] | None:
    """Both sides of the window as one row gives them: a missing side is open, none at all is no window."""
    sides = (row.get("window_start"), row.get("window_end"))
    return sides if any(sides) else None


def submission_of(actions: list[Action]) -> Submission:
    """ "The first acceptance among action_ids counts", else the last answer."""
    accepted = [action for action in actions if action.accepted_at is not None]
    if accepted:
        first = min(accepted, key=lambda action: (action.accepted_at, action.action_id))
        carried = {"requested_on": first.requested_on, "window": first.window}
        return Submission("submitted", None, first.accepted_at, None, carried)
    if not any(action.sent_at for action in actions):
        return Submission()
    last = newest_first(actions)[0]
    is_refused = last.result == "rejected"
    return Submission(
        "failed" if is_refused else "unknown",
        last.reason,
        refused_at=last.answered_at if is_refused else None,
    )


def newest_first(actions: list[Action]) -> list[Action]:
    """By when they were answered, else sent."""
    return sorted(
        actions,
        key=lambda action: (action.answered_at or action.sent_at or LONG_AGO, action.action_id),
        reverse=True,
    )
