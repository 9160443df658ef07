"""Whether the screen can be trusted: rows at the door, codes without a meaning, checks of the last build.

The checks and the door's last answers are read from the folder of quality results, because a build whose
checks failed publishes nothing. Both may be missing; then the page says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from dashboards.queries import build
from dashboards.store import fetch
from settings import get_settings


@dataclass(frozen=True)
class Checks:
    """The tests of the last build, published or not."""

    build_id: str
    checked_at: datetime
    total: int
    failing: list[dict[str, Any]] = field(default_factory=list)
    """name, model, status, failures, message of those that failed or warned."""


@dataclass(frozen=True)
class Health:
    """All that the page shows, read once."""

    build: dict[str, Any]
    loads: list[dict[str, Any]]
    quarantine: pl.DataFrame
    quarantined_today: int
    unmapped: pl.DataFrame
    checks: Checks | None
    """Of the last build of the data folder, which need not be the one shown."""
    is_past: bool = False
    """Whether a build of the past is shown, of another folder than the files and checks."""

    @property
    def has_other_checks(self) -> bool:
        """Whether the checks are of another build than the one shown."""
        return self.checks is not None and self.checks.build_id != self.build["build_id"]

    @property
    def refused(self) -> int:
        """Files that the door refused when they were last loaded."""
        return sum(row["status"] == "refused" for row in self.loads)


def health() -> Health:
    """The published build, what was kept out of it, and what its checks said."""
    now = build.current()
    return Health(
        now,
        loads(),
        quarantine(),
        quarantined_since(now["as_of"]),
        unmapped(),
        checks(),
        is_past=get_settings().read_dir is not None,
    )


def quarantine() -> pl.DataFrame:
    """Rows the door kept out, by source and expectation, latest first."""
    return fetch("select * from marts.rpt_quarantine order by last_seen_at desc, source, expectation")


def quarantined_since(as_of: datetime) -> int:
    """Rows of kinds of failure last seen in the 24 hours before `as_of`."""
    frame = fetch(
        "select coalesce(sum(rows), 0)::bigint as found from marts.rpt_quarantine where last_seen_at > ?",
        (as_of - timedelta(hours=24),),
    )
    return int(frame["found"][0])


def unmapped() -> pl.DataFrame:
    """Native codes without a meaning, most rows first."""
    return fetch('select * from marts.rpt_unmapped_codes order by "rows" desc, courier, native_code')


def loads() -> list[dict[str, Any]]:
    """What the door answered to each file at its last load, latest first: file_name, feed, status, rows_read,
    rows_loaded, rows_duplicate, rows_quarantined, message, loaded_at."""
    found = [_read(path) for path in (get_settings().quality_dir / "door").glob("*.json")]
    rows = [{**text, "loaded_at": datetime.fromisoformat(text["loaded_at"])} for text in found if text]
    return sorted(rows, key=lambda row: (row["status"] == "refused", row["loaded_at"]), reverse=True)


def checks() -> Checks | None:
    """What the last build's tests said, or None when no build left its results."""
    text = _read(get_settings().quality_dir / "checks.json")
    if text is None:
        return None
    rows = text["checks"]
    failing = [row for row in rows if row["status"] in ("fail", "error", "warn")]
    return Checks(text["build_id"], datetime.fromisoformat(text["checked_at"]), len(rows), failing)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found
