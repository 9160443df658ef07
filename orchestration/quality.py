"""What the door said lately, feed by feed: the results of Great Expectations as the checks of raw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ingestion.feeds import FEEDS
from ingestion.raw import connect
from orchestration.lock import writer_lock
from settings import Settings

WINDOW = timedelta(hours=24)


@dataclass(frozen=True)
class DoorResult:
    """One feed at the door within `WINDOW` of the clock."""

    feed: str
    rows_loaded: int
    rows_quarantined: int
    refused: dict[str, str]
    """Reason by name of each refused file."""
    expectations: dict[str, int]
    """Quarantined rows by the name of the expectation that they failed."""

    @property
    def is_passed(self) -> bool:
        """Whether every row of every file was let in."""
        return not self.rows_quarantined and not self.refused


def door_results(settings: Settings) -> list[DoorResult]:
    """The door's results by feed, of the loads of the last 24 hours; a refused file whose feed is not known
    counts for every feed's reader nowhere but in `ndr doctor`."""
    since = settings.now() - WINDOW
    with writer_lock(settings.data_dir, "check", lambda line: None), connect(settings) as connection:
        loads = connection.execute(
            "select feed, sum(rows_loaded)::bigint, sum(rows_quarantined)::bigint from raw.loads"
            " where loaded_at >= ? group by feed",
            [since],
        ).fetchall()
        refused = connection.execute(
            "select feed, file_name, message from raw.loads where status = 'refused' and loaded_at >= ?",
            [since],
        ).fetchall()
        failed = connection.execute(
            "select feed, expectation, count(*) from raw.quarantine where quarantined_at >= ? group by all",
            [since],
        ).fetchall()
    rows = {feed: (loaded or 0, quarantined or 0) for feed, loaded, quarantined in loads}
    return [
        DoorResult(
            feed,
            *rows.get(feed, (0, 0)),
            refused={name: message for of, name, message in refused if of == feed},
            expectations={name: count for of, name, count in failed if of == feed},
        )
        for feed in FEEDS
    ]
