"""The inbox folder: which of its files are complete, and what becomes of them once they are loaded.

A loaded file leaves the inbox (the loader has put it into the archive under its content's hash); a refused one
moves to `inbox/refused/` with the reason beside it. A file is complete when nobody changed it between two looks
of the sensor, or for `SETTLE_SECONDS` when there was only one look.
Refuses: hidden files and the names that copying programs give to what they have not finished; sub-folders.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from ingestion.files import LoadResult
from orchestration.load import load_files
from orchestration.lock import Say, silent
from settings import Settings

SETTLE_SECONDS = 10
_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".filepart", "~")

Look = dict[str, tuple[int, int]]
"""Size in bytes and time of change in nanoseconds of each file, by name."""


def look(settings: Settings) -> Look:
    """What lies in the inbox now."""
    found: Look = {}
    if settings.inbox_dir.is_dir():
        for entry in os.scandir(settings.inbox_dir):
            if entry.is_file() and not entry.name.startswith(".") and not entry.name.endswith(_UNFINISHED):
                state = entry.stat()
                found[entry.name] = (state.st_size, state.st_mtime_ns)
    return found


def settled(now: Look) -> list[str]:
    """The files that nobody changed for `SETTLE_SECONDS`."""
    limit = time.time_ns() - SETTLE_SECONDS * 1_000_000_000
    return sorted(name for name, (_, changed) in now.items() if changed < limit)


def load_inbox(settings: Settings, names: Sequence[str] | None = None, say: Say = silent) -> list[LoadResult]:
    """Load the named files of the inbox (default: the settled ones) and clear them away."""
    before = look(settings)
    chosen = [name for name in (settled(before) if names is None else names) if name in before]
    if not chosen:
        return []
    results = load_files(settings, [settings.inbox_dir / name for name in chosen], say)
    after = look(settings)
    for result in results:
        # A file that changed while it was loaded stays: the sensor will see it as a new one.
        if after.get(result.file_name) == before.get(result.file_name):
            _clear_away(settings.inbox_dir / result.file_name, result)
    return results


def _clear_away(path: Path, result: LoadResult) -> None:
    if result.status != "refused":
        path.unlink(missing_ok=True)
        return
    refused = path.parent / "refused"
    refused.mkdir(exist_ok=True)
    (refused / f"{path.name}.reason.txt").write_text(result.message + "\n")
    path.replace(refused / path.name)
