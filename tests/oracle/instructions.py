"""What somebody wanted done: answers, entries and actions of one AWB joined into instructions.

Owns: SEMANTICS "Instruction" as far as what was asked, by whom, when and for which date. Refuses: the verdict.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.oracle.facts import Row, instant, ist_date
from tests.oracle.feedback import Wish, requests_of, standing
from tests.oracle.submissions import (
    Submission,
    actions_of,
    known_at,
    newest_first,
    submission_of,
    window_of,
)

EFFECTIVE = {"reattempt", "rto", "mark_delivered"}
PEOPLE = {"customer", "operations"}
_SOURCES = ["default", "rule", "customer", "operations"]
_ACTIONS = ["fake_attempt", "hold", "update_details", "reattempt", "rto", "mark_delivered"]
Window = tuple[str | None, str | None]


@dataclass
class Instruction:
    """One instruction; cycle and reach are found by carrying.py, which may make it details."""

    source: str
    action: str
    given_at: datetime
    asked_for_on: date | None = None
    window: Window = (None, None)
    is_details: bool = False
    submission: Submission = field(default_factory=Submission)
    cycle: int = 1
    is_before_first_failure: bool = False
    reach: int = 0

    @property
    def order(self) -> tuple[datetime, int, int]:
        """The newest is the last: by when it was given, then by source, then by what it does to the parcel."""
        action = "reattempt" if self.is_details else self.action
        return (self.given_at, _SOURCES.index(self.source), _ACTIONS.index(action))

    @property
    def is_moving(self) -> bool:
        """Whether it is one that can be effective."""
        return self.action in EFFECTIVE

    @property
    def is_persons(self) -> bool:
        """Given by the customer or by operations, not by a rule or default."""
        return self.source in PEOPLE

    @property
    def accepted_at(self) -> datetime | None:
        """A."""
        return self.submission.accepted_at

    @property
    def is_refused(self) -> bool:
        """Definitively not applied."""
        return self.submission.state == "failed"

    @property
    def last_cycle(self) -> int:
        """ "For superseding, its cycle is its own and every cycle it carried over into"."""
        return max(self.cycle, self.reach)

    @property
    def requested_on(self) -> date | None:
        """ "As asked, else (reattempts only) the IST day after …, never before the IST date of acceptance"."""
        day = self.asked_for_on
        if day is None and self.action == "reattempt":
            day = ist_date(self.given_at) + timedelta(days=1)
        is_early = day is not None and self.accepted_at is not None and day < ist_date(self.accepted_at)
        return ist_date(self.accepted_at) if is_early and self.accepted_at else day


def instructions_of(feeds: dict[str, list[Row]], now: datetime) -> list[Instruction]:
    """The instructions known by now, in the order they were given."""
    requests = requests_of(feeds, now)
    actions: dict[tuple[str, str, datetime], list[Row]] = {}
    for row in feeds.get("courier_actions", []):
        at = instant(row["instructed_at"])
        if at is not None and known_at(at, row) <= now:
            actions.setdefault((row["source"], row["action"], at), []).append(row)
    found = [
        _joined(key, requests.get(key, []), actions.get(key, []), now) for key in requests.keys() | actions
    ]
    return sorted(found, key=lambda instruction: instruction.order)


def _joined(
    key: tuple[str, str, datetime], wishes: list[Wish], rows: list[Row], now: datetime
) -> Instruction:
    """What the accepted row carries wins over what was asked; what was only sent fills gaps."""
    source, action, at = key
    actions = actions_of(rows, now)
    submission = submission_of(actions)
    asked = standing(wishes)
    carried, sent = submission.carried or {}, newest_first(actions)
    days = [carried.get("requested_on"), asked.get("requested_on"), *(one.requested_on for one in sent)]
    windows = [carried.get("window"), window_of(asked), *(one.window for one in sent)]
    day = next(filter(None, days), None)
    return Instruction(
        source,
        action,
        at,
        date.fromisoformat(day) if day else None,
        next(filter(None, windows), (None, None)),
        is_details=asked.get("response") == "update_details" and not actions,
        submission=submission,
    )
