"""What a load came to: the result of a file, the line that is printed, and the note for the Data health page.

Owns: `LoadResult` and `quality/door/<file name>.json`, the last judgement of every file (small: counts per
expectation, no row and no value). Refuses: printing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from ingestion.judgement import Tally
from settings import Settings

Status = Literal["loaded", "duplicate", "refused"]


@dataclass(frozen=True)
class LoadResult:
    """One file's outcome. rows_read = rows_loaded + rows_duplicate + rows_quarantined, but for a refused file,
    of which nothing is stored. `problems`: the first quarantined rows, one line each. `status` duplicate: this
    very content was loaded before, nothing changed."""

    file_name: str
    feed: str
    status: Status
    rows_read: int = 0
    rows_loaded: int = 0
    rows_duplicate: int = 0
    rows_quarantined: int = 0
    message: str = ""
    problems: tuple[str, ...] = field(default=())

    def line(self) -> str:
        """The line to print: counts, or why the file was refused."""
        if self.status == "refused":
            return f"{self.message}; nothing of it was loaded"
        counts = (
            f"{self.file_name}: {self.rows_read:,} rows read, {self.rows_loaded:,} loaded, "
            f"{self.rows_duplicate:,} duplicates, {self.rows_quarantined:,} quarantined"
        )
        return f"{counts} ({self.message})" if self.message else counts

    def lines(self) -> list[str]:
        """The line, then one for each of the first quarantined rows and one for how many more there are."""
        more = self.rows_quarantined - len(self.problems)
        rest = (
            [f"{self.file_name}: {more:,} more rows in raw.quarantine"] if self.problems and more > 0 else []
        )
        return [self.line(), *self.problems, *rest]


def note_quality(
    result: LoadResult, tallies: Iterable[Tally], loaded_at: datetime, settings: Settings
) -> Path:
    """Write the file's judgement, replacing the one before, and return its path.

    Keys: file_name, feed, status, rows_*, message, loaded_at, success, expectations (expectation, field,
    evaluated, unexpected).
    """
    folder = settings.quality_dir / "door"
    folder.mkdir(parents=True, exist_ok=True)
    note: dict[str, Any] = {name: value for name, value in asdict(result).items() if name != "problems"}
    note["loaded_at"] = loaded_at.isoformat()
    note["expectations"] = [asdict(tally) for tally in tallies]
    note["success"] = result.status != "refused" and result.rows_quarantined == 0
    path = folder / f"{result.file_name}.json"
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(note, indent=1), encoding="utf-8")
    part.replace(path)
    return path
