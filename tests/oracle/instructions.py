"""What somebody wanted done: answers, entries and actions of one AWB joined into instructions.

Owns: SEMANTICS "Instruction" as far as `submission` and the requested date. Refuses: the verdict.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.oracle.facts import Row, instant, ist_date

_RESPONSES = {"reattempt": "reattempt", "refuse": "rto", "already_delivered": "mark_delivered"}
NO_ANSWER = "no answer"
_ENTRIES = {"reattempt", "rto", "mark_delivered", "hold", "fake_attempt"}


@dataclass
class Instruction:
    """One instruction with its rows of courier_actions as far as they are known."""

    source: str
    action: str
    given_at: datetime
    asked: Row = field(default_factory=dict)
    actions: list[Row] = field(default_factory=list)
    submission: str = "pending"
    submission_reason: str | None = None
    accepted_at: datetime | None = None

    @property
    def order(self) -> tuple[datetime, int]:
        """The newest is the last: by when it was given, then default, rule, customer, operations."""
        return (self.given_at, ["default", "rule", "customer", "operations"].index(self.source))

    @property
    def requested_on(self) -> date | None:
        """ "As asked, else (reattempts only) the IST day after …, never before the IST date of acceptance"."""
        asked = self.asked.get("requested_on")
        day = date.fromisoformat(asked) if asked else None
        if self.action != "reattempt":
            return day
        day = day or ist_date(self.given_at) + timedelta(days=1)
        return day if self.accepted_at is None else max(day, ist_date(self.accepted_at))


def instructions_of(feeds: dict[str, list[Row]], now: datetime) -> list[Instruction]:
    """The instructions known by now, in the order they were given."""
    found: dict[tuple[str, str, datetime], Instruction] = {}
    for source, action, at, row in _told(feeds):
        if _known_at(at, row) <= now:
            found.setdefault((source, action, at), Instruction(source, action, at)).asked = row
    for row in feeds.get("courier_actions", []):
        at = instant(row["instructed_at"])
        assert at is not None
        if _known_at(at, row) <= now:
            key = (row["source"], row["action"], at)
            found.setdefault(key, Instruction(*key, asked=row)).actions.append(row)
    for instruction in found.values():
        _submit(instruction, now)
    return sorted(found.values(), key=lambda instruction: instruction.order)


def _told(feeds: dict[str, list[Row]]) -> list[tuple[str, str, datetime, Row]]:
    told = []
    for row in feeds.get("customer_feedback", []):
        if row["response"] in _RESPONSES:
            told.append(("customer", _RESPONSES[row["response"]], instant(row["responded_at"]), row))
    for row in feeds.get("ops_feedback", []):
        if row["entry"] in _ENTRIES:
            told.append(("operations", row["entry"], instant(row["acted_at"]), row))
    return [(source, action, at, row) for source, action, at, row in told if at is not None]


def _known_at(at: datetime, row: Row) -> datetime:
    """ "Each unless a received_at says later"."""
    return max(at, instant(row.get("received_at")) or at)


def _submit(instruction: Instruction, now: datetime) -> None:
    """ "The first acceptance among action_ids counts", else the last answer."""
    answers: dict[str, tuple[datetime, str, Row]] = {}
    for row in instruction.actions:
        answer = _answer(row, instruction, now)
        standing = answers.get(row["action_id"])
        if answer is not None and (standing is None or _recency(answer) >= _recency(standing)):
            answers[row["action_id"]] = answer
    accepted = [answer for answer in answers.values() if answer[1] == "accepted"]
    if accepted:
        at, _, row = min(accepted, key=lambda answer: answer[0])
        instruction.submission, instruction.accepted_at = "submitted", at
        carried = {name: row[name] for name in ("requested_on", "window_start", "window_end") if name in row}
        instruction.asked = instruction.asked | carried
    elif answers:
        _, result, row = max(answers.values(), key=lambda answer: answer[0])
        instruction.submission = "failed" if result == "rejected" else "unknown"
        instruction.submission_reason = row.get("result_reason") if result == "rejected" else None


def _recency(answer: tuple[datetime, str, Row]) -> tuple[bool, datetime]:
    """A version that nobody has answered yet never replaces an answered one."""
    return (answer[1] != NO_ANSWER, answer[0])


def _answer(row: Row, instruction: Instruction, now: datetime) -> tuple[datetime, str, Row] | None:
    """When and what was answered by now; sent without an answer is unknown, not sent is None."""
    sent, answered = instant(row.get("submitted_at")), instant(row.get("responded_at"))
    result = row.get("result")
    if max(answered or sent or now, now) > now:
        result, answered = None, None
    if result is None and (sent is None or sent > now):
        return None
    return (answered or sent or instruction.given_at, result or NO_ANSWER, row)
