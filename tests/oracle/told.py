"""All that is known of one AWB: its lives, each with the instructions and answers of its time, judged.

Owns: which life an event is of. Refuses: column names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tests.oracle.carrying import settle_cycles
from tests.oracle.facts import Row, instant, known_scans
from tests.oracle.instructions import Instruction, instructions_of
from tests.oracle.lives import lives_of
from tests.oracle.machine import LifeState, state_of
from tests.oracle.reattempts import verdict_of
from tests.oracle.rivals import conflict_of
from tests.oracle.stages import stage_of
from tests.oracle.submissions import known_at
from tests.oracle.verdicts import Judged, Verdict

_HAPPENED = {
    "customer_feedback": "responded_at",
    "ops_feedback": "acted_at",
    "courier_actions": "instructed_at",
    "messages": "sent_at",
}


@dataclass
class Told:
    """One life with what was said in it; verdicts are in the order of the instructions."""

    state: LifeState
    instructions: list[Instruction] = field(default_factory=list)
    unread: list[datetime] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    stage: tuple[str, str] = ("", "")

    def judge(self, now: datetime) -> None:
        """Every instruction, and the stage of the case."""
        settle_cycles(self.state, self.instructions)
        latest = len(self.state.cycles)
        conflict = conflict_of(self.instructions, latest)
        self.verdicts = [
            verdict_of(Judged(self.state, one, self.instructions, conflict, now)) for one in self.instructions
        ]
        if latest:
            self.stage = stage_of(self.state, self._effective(latest), conflict, self.unread, now)

    def _effective(self, latest: int) -> list[Instruction]:
        """ "Of this cycle or carried over, not superseded"."""
        return [
            one
            for one, (outcome, _, _) in zip(self.instructions, self.verdicts, strict=True)
            if one.is_moving and one.reach >= latest and outcome != "superseded"
        ]


def lives_told_of(rows: list[tuple[str, Row]], now: datetime) -> list[Told]:
    """The lives that anything was known of by now, in order, judged."""
    feeds = _feeds(rows, now)
    scans = known_scans(feeds.get("scans", []), now)
    lives = [Told(state_of(life)) for life in lives_of(feeds.get("shipments", []), scans, now)]
    for one in instructions_of(feeds, now):
        _at(lives, one.given_at).instructions.append(one)
    for at in _unread(feeds, now):
        _at(lives, at).unread.append(at)
    for told in lives:
        told.judge(now)
    return [t for t in lives if t.state.life.manifest or t.state.life.scans or _is_heard_of(feeds, now)]


def _feeds(rows: list[tuple[str, Row]], now: datetime) -> dict[str, list[Row]]:
    """Feed -> rows; scans of a return under another AWB are its parent's, of the return leg, once it is known."""
    ways_back = [row for feed, row in rows if feed == "shipments" and row.get("parent_awb")]
    all_awbs = {row["awb"] for row in ways_back}
    known_awbs = {row["awb"] for row in ways_back if instant(row["manifested_at"]) <= now}
    feeds: dict[str, list[Row]] = {}
    for feed, row in rows:
        if row["awb"] not in all_awbs:
            feeds.setdefault(feed, []).append(row)
        elif feed == "scans" and row["awb"] in known_awbs:
            feeds.setdefault(feed, []).append(row | {"leg": "return"})
    return feeds


def _at(lives: list[Told], at: datetime) -> Told:
    """ "Feedback goes by responded_at or acted_at, courier_actions by instructed_at"."""
    return [t for t in lives if t.state.life.begins_at is None or t.state.life.begins_at <= at][-1]


def _unread(feeds: dict[str, list[Row]], now: datetime) -> list[datetime]:
    """When the answers came that only a person can read."""
    rows = [row for row in feeds.get("customer_feedback", []) if row["response"] == "other"]
    told = [(instant(row["responded_at"]), row) for row in rows]
    return [at for at, row in told if at is not None and known_at(at, row) <= now]


def _is_heard_of(feeds: dict[str, list[Row]], now: datetime) -> bool:
    """ "An event without a known shipment still makes a shipment": an answer, an entry, an action or a message."""
    for feed, column in _HAPPENED.items():
        for row in feeds.get(feed, []):
            at = instant(row[column])
            if at is not None and known_at(at, row) <= now:
                return True
    return False
