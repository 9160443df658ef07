"""Loads files under the writer's lock and says what came of them, for `ndr load`, the demo and the inbox."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingestion.files import LoadResult, Progress, load_paths
from orchestration.lock import Say, silent, writer_lock
from settings import Settings


def load_files(
    settings: Settings,
    paths: Sequence[Path],
    say: Say = silent,
    progress: Progress | None = None,
) -> list[LoadResult]:
    """Load files, or the feed files of folders, each whole or not at all."""
    with writer_lock(settings.data_dir, "load", say):
        return load_paths(paths, settings, progress)
