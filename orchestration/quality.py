"""What the door said lately, feed by feed: the results of Great Expectations as the checks of raw.

Reads the judgements that every load leaves in `quality/door/`, the last one of each file name: a file that is
corrected and loaded again heals its check.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ingestion.feeds import FEEDS
from settings import Settings

WINDOW = timedelta(hours=24)
NO_FEED = ""
"""The feed of a file whose name announces none."""


@dataclass(frozen=True)
class DoorResult:
    """One feed at the door within `WINDOW` of the clock."""

    feed: str
    files: int
    rows_loaded: int
    rows_quarantined: int
    refused: dict[str, str]
    """Reason by name of each refused file."""
    expectations: dict[str, int]
    """Rows that broke it, by the name of the expectation; only the broken ones."""

    @property
    def is_passed(self) -> bool:
        """Whether every row of every file was let in."""
        return not self.rows_quarantined and not self.refused


def door_results(settings: Settings) -> list[DoorResult]:
    """The door's results of the last 24 hours, one for each feed and one for files of none."""
    since = settings.now() - WINDOW
    notes = [json.loads(path.read_text()) for path in sorted((settings.quality_dir / "door").glob("*.json"))]
    recent = [note for note in notes if datetime.fromisoformat(note["loaded_at"]) >= since]
    return [_result(feed, [note for note in recent if note["feed"] == feed]) for feed in [*FEEDS, NO_FEED]]


def _result(feed: str, notes: list[dict[str, Any]]) -> DoorResult:
    broken: Counter[str] = Counter()
    for note in notes:
        for tally in note["expectations"]:
            if tally["unexpected"]:
                broken[tally["expectation"]] += tally["unexpected"]
    return DoorResult(
        feed=feed,
        files=len(notes),
        rows_loaded=sum(note["rows_loaded"] for note in notes),
        rows_quarantined=sum(note["rows_quarantined"] for note in notes),
        refused={note["file_name"]: note["message"] for note in notes if note["status"] == "refused"},
        expectations=dict(broken),
    )
